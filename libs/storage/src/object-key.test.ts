import { join, normalize } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assertKey, isSegment } from './object-key.js';

test('whatever passes as a key is a path below the root that no file system reads in another way', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'ab0./-_A \0\\é'), maxLength: 30 }), (key) => {
      try {
        assertKey(key);
      } catch (error) {
        expect(error).toBeInstanceOf(TypeError);
        return;
      }
      expect(normalize(join('/root', key))).toBe(`/root/${key}`);
      expect(key.toLowerCase()).toBe(key);
      expect(key.split('/').every(isSegment)).toBe(true);
    }),
    { numRuns: 2000 },
  ));
