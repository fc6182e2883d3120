import { expect, test } from 'vitest';
import { DEFAULT_CHARACTER_SET } from './character-set.js';
import type { OddityReason } from './read-error.js';
import { littleEndian, readValue } from './read-value.js';
import type { Vr } from './vr.js';

const read = (vr: Vr, bytes: Buffer | string, bigEndian = false, oddities: OddityReason[] = []) =>
  readValue(vr, Buffer.from(bytes as string, 'latin1'), {
    characterSet: DEFAULT_CHARACTER_SET,
    bigEndian,
    note: (reason) => oddities.push(reason),
  });

test('an empty value has no Value', () => {
  for (const vr of ['LO', 'PN', 'DS', 'US', 'AT', 'OB', 'UT', 'UN'] as const)
    expect(read(vr, '')).toEqual({ vr });
  expect(read('LO', '  ')).toEqual({ vr: 'LO' });
  expect(read('UI', '\0')).toEqual({ vr: 'UI' });
});

test('an empty value between others is null (PS3.18 §F.2.5)', () => {
  expect(read('LO', 'A\\\\B ').Value).toEqual(['A', null, 'B']);
  expect(read('DS', '1\\\\2 ').Value).toEqual([1, null, 2]);
  expect(read('PN', 'A\\\\=B').Value).toEqual([{ Alphabetic: 'A' }, null, { Ideographic: 'B' }]);
});

test('padding goes, spaces within and in front of text stay', () => {
  expect(read('LO', ' A B  \\C ').Value).toEqual([' A B', 'C']);
  expect(read('AE', '  ARCHIVE ').Value).toEqual(['ARCHIVE']);
  expect(read('UI', '1.2.3\0').Value).toEqual(['1.2.3']);
});

test('decimal strings are numbers where JSON readers get them exactly', () => {
  expect(read('DS', ' 1.50\\-0.1e2\\+3\\.5\\4.').Value).toEqual([1.5, -10, 3, 0.5, 4]);
  expect(read('IS', '-7\\12 ').Value).toEqual([-7, 12]);
  expect(read('IS', '9007199254740993').Value).toEqual(['9007199254740993']);
});

test('decimal strings that are none stay text', () => {
  expect(read('DS', '1,5\\0x10\\1e999\\NaN').Value).toEqual(['1,5', '0x10', '1e999', 'NaN']);
});

test('numbers are read in the byte order of the file', () => {
  expect(read('US', Buffer.from([0, 1, 255, 255]), true).Value).toEqual([1, 65535]);
  expect(read('SS', Buffer.from([255, 255])).Value).toEqual([-1]);
  expect(read('AT', Buffer.from([0x28, 0, 0x10, 0])).Value).toEqual(['00280010']);
  expect(read('AT', Buffer.from([0xff, 0xfe, 0xe0, 0]), true).Value).toEqual(['FFFEE000']);
  expect(read('FD', Buffer.from('3ff8000000000000', 'hex'), true).Value).toEqual([1.5]);
});

test('64-bit integers beyond what a JSON number holds are text (PS3.18 §F.2.3)', () => {
  expect(read('UV', Buffer.from('ffffffffffffffff', 'hex')).Value).toEqual([
    '18446744073709551615',
  ]);
  expect(read('SV', Buffer.from('ffffffffffffffff', 'hex')).Value).toEqual([-1]);
});

test('numbers that JSON has no form for are named', () => {
  expect(read('FL', Buffer.from('0000c07f', 'hex')).Value).toEqual(['NaN']);
  expect(read('FL', Buffer.from('000080ff', 'hex')).Value).toEqual(['-Infinity']);
});

test('a length that its VR cannot have gives the bytes as UN and an oddity', () => {
  const oddities: OddityReason[] = [];
  expect(read('US', Buffer.from([1, 2, 3]), false, oddities)).toEqual({
    vr: 'UN',
    InlineBinary: 'AQID',
  });
  expect(oddities).toEqual(['value-length']);
});

test('inline binary is little endian whatever the file is (PS3.18 §F.2.7)', () => {
  expect(read('OW', Buffer.from([1, 2, 3, 4]), true).InlineBinary).toBe(
    Buffer.from([2, 1, 4, 3]).toString('base64'),
  );
  expect(read('OF', Buffer.from([1, 2, 3, 4]), true).InlineBinary).toBe(
    Buffer.from([4, 3, 2, 1]).toString('base64'),
  );
  expect(read('OB', Buffer.from([1, 2]), true).InlineBinary).toBe(
    Buffer.from([1, 2]).toString('base64'),
  );
});

test('turning bytes round leaves the original alone', () => {
  const bytes = Buffer.from([1, 2]);
  expect(littleEndian('OW', bytes, true)).toEqual(Buffer.from([2, 1]));
  expect(bytes).toEqual(Buffer.from([1, 2]));
});

test('a fourth component group stays at the end of the third', () => {
  expect(read('PN', 'A=B=C=D ').Value).toEqual([
    { Alphabetic: 'A', Ideographic: 'B', Phonetic: 'C=D' },
  ]);
});
