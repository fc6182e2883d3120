import { expect, test } from 'vitest';
import { readStoreHead } from './store-head.js';

const TYPE = 'multipart/related; type="application/dicom"; boundary=b';

test('a multipart/related head gives its boundary', () =>
  expect(readStoreHead({ 'content-type': TYPE })).toEqual({
    ok: true,
    boundary: 'b',
    root: 'application/dicom',
    respondAsync: false,
  }));
test('the type parameter may be missing', () =>
  expect(readStoreHead({ 'content-type': 'multipart/related; boundary=b' }).ok).toBe(true));
test.each([
  ['application/dicom+json', 'application/dicom+json'],
  ['application/dicom+xml', 'application/dicom+xml'],
  ['Application/Octet-Stream', 'application/dicom+json'],
  ['image/jp2', 'application/dicom+json'],
])('a root of %s has parts of %s', (type, root) =>
  expect(
    readStoreHead({ 'content-type': `multipart/related; type="${type}"; boundary=b` }),
  ).toMatchObject({ root }),
);
test.each([
  undefined,
  'application/dicom',
  'multipart/form-data; boundary=b',
  'multipart/related; type="application/dicom+cbor"; boundary=b',
  'nonsense',
])('%j is 415', (type) =>
  expect(readStoreHead(type === undefined ? {} : { 'content-type': type })).toMatchObject({
    problem: { status: 415 },
  }),
);
test('a coded body is 415', () =>
  expect(readStoreHead({ 'content-type': TYPE, 'content-encoding': 'gzip' })).toMatchObject({
    problem: { status: 415 },
  }));
test('a head without boundary is 400', () =>
  expect(readStoreHead({ 'content-type': 'multipart/related' })).toMatchObject({
    problem: { status: 400 },
  }));
test.each([
  ['respond-async', true],
  ['return=minimal, Respond-Async; foo', true],
  ['wait=10', false],
])('Prefer: %s', (prefer, respondAsync) =>
  expect(readStoreHead({ 'content-type': TYPE, prefer })).toMatchObject({ respondAsync }),
);
