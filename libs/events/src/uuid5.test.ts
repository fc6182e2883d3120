import { expect, test } from 'vitest';
import { uuid5 } from './uuid5.js';

const DNS = '6ba7b810-9dad-11d1-80b4-00c04fd430c8';

test('the example of RFC 9562, appendix A.4', () =>
  expect(uuid5(DNS, 'www.example.com')).toBe('2ed6657d-e927-568b-95e1-2665a8aea6a2'));

test('names and namespaces give ids of their own', () => {
  const ids = [uuid5(DNS, 'a'), uuid5(DNS, 'b'), uuid5(uuid5(DNS, 'a'), 'a'), uuid5(DNS, 'é')];
  expect(new Set(ids).size).toBe(4);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab]/);
});

test('a namespace that is not a UUID is a fault', () =>
  expect(() => uuid5('hospital', 'a')).toThrow(/UUID/));
