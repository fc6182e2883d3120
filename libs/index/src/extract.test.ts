import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeExtract, type ExtractedInstance, encodeExtract } from './extract.js';

const instance = (json: string): ExtractedInstance => ({
  json,
  bulk: [{ path: '7FE00010', start: 5, length: 7 }],
  frameIndex: ['n', 5, 7, 1],
  dataSetStart: 3,
  deflated: false,
});

test('an extract decodes to what was encoded, whatever the texts', () =>
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { maxLength: 9 }), (texts) => {
      const safe = texts.map((text) => Buffer.from(text).toString());
      const decoded = decodeExtract(encodeExtract(safe.map(instance)));
      expect(decoded.json.map(String)).toEqual(safe);
      expect(decoded.facts).toHaveLength(safe.length);
    }),
  ));

test('a damaged extract is a fault, never an empty answer', () => {
  const bytes = encodeExtract([instance('{}')]);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: bytes.length - 1 }), (end) => {
      expect(() => decodeExtract(bytes.subarray(0, end))).toThrow();
    }),
  );
});
