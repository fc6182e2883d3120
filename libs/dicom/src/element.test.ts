import { expect, test } from 'vitest';
import { headerBytes, marker } from './dicom-file.testing.js';
import {
  type Encoding,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  readElementHeader,
} from './element.js';

const read = (bytes: Buffer, encoding: Encoding) =>
  readElementHeader(new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 0, encoding);
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(4)]);

test.each([EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN])(
  'a VR of PS3.5 Table 7.1-2 has a 16-bit length, %o',
  (encoding) => {
    const header = read(padded(headerBytes(0x00280010, 'US', 2, encoding)), encoding);
    expect(header).toEqual({ tag: 0x00280010, vr: 'US', length: 2, bytes: 8, explicit: true });
  },
);

test('a VR of PS3.5 Table 7.1-1 has two reserved bytes and a 32-bit length', () => {
  const bytes = headerBytes(0x7fe00010, 'OW', 0x12345678, EXPLICIT_LITTLE_ENDIAN);
  expect(read(bytes, EXPLICIT_LITTLE_ENDIAN)).toMatchObject({
    vr: 'OW',
    length: 0x12345678,
    bytes: 12,
  });
});

test('the dictionary gives the VR where none is written', () => {
  const bytes = headerBytes(0x00100010, 'PN', 70_000, IMPLICIT_LITTLE_ENDIAN);
  expect(read(bytes, IMPLICIT_LITTLE_ENDIAN)).toEqual({
    tag: 0x00100010,
    vr: 'PN',
    length: 70_000,
    bytes: 8,
    explicit: false,
  });
});

test('letters that no VR has yet are UN with a 32-bit length', () => {
  const bytes = Buffer.concat([
    Buffer.from([8, 0, 8, 0]),
    Buffer.from('ZZ\0\0'),
    Buffer.from([6, 0, 0, 0]),
  ]);
  expect(read(bytes, EXPLICIT_LITTLE_ENDIAN)).toMatchObject({ vr: 'UN', length: 6, bytes: 12 });
});

test('a VR of two question marks is UN with a 16-bit length', () => {
  const bytes = padded(
    Buffer.concat([Buffer.from([8, 0, 8, 0]), Buffer.from('??'), Buffer.from([6, 0])]),
  );
  expect(read(bytes, EXPLICIT_LITTLE_ENDIAN)).toMatchObject({ vr: 'UN', length: 6, bytes: 8 });
});

test('an element without a VR in an explicit data set is read by the dictionary', () => {
  const bytes = padded(headerBytes(0x00100020, 'LO', 4, IMPLICIT_LITTLE_ENDIAN));
  expect(read(bytes, EXPLICIT_LITTLE_ENDIAN)).toMatchObject({
    vr: 'LO',
    length: 4,
    explicit: false,
  });
});

test('an item tag has no VR in any encoding', () => {
  for (const encoding of [EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN])
    expect(read(padded(marker(0xfffee000, 8, encoding)), encoding)).toMatchObject({
      tag: 0xfffee000,
      length: 8,
      bytes: 8,
    });
});

test('a header that is cut short is no header', () => {
  const bytes = headerBytes(0x7fe00010, 'OW', 2, EXPLICIT_LITTLE_ENDIAN);
  for (let length = 0; length < bytes.length; length += 1)
    expect(read(bytes.subarray(0, length), EXPLICIT_LITTLE_ENDIAN)).toBeUndefined();
});
