import { expect, test } from 'vitest';
import { characterSetOf } from './character-set.js';
import type { OddityReason } from './read-error.js';
import { readValue } from './read-value.js';
import type { Vr } from './vr.js';

const read = (vr: Vr, terms: string, bytes: Buffer) => {
  const oddities: OddityReason[] = [];
  const characterSet = characterSetOf(terms.split('\\'));
  const element = readValue(vr, bytes, {
    characterSet,
    bigEndian: false,
    note: (reason) => oddities.push(reason),
  });
  return { values: element.Value, oddities, known: characterSet.known };
};
const bytesOf = (hex: string) => Buffer.from(hex.replaceAll(/\s/g, ''), 'hex');

/** Examples of PS3.5 Annexes H, I, J and K. */
const NAMES: readonly (readonly [string, string, Readonly<Record<string, string>>])[] = [
  [
    '\\ISO 2022 IR 87',
    '59616d6164615e5461726f75 3d 1b2442 3b33 4544 1b2842 5e 1b2442 4240 4f3a 1b2842 3d 1b2442 2464 245e 2440 1b2842 5e 1b2442 243f 246d 2426 1b2842',
    { Alphabetic: 'Yamada^Tarou', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
  ],
  [
    'ISO 2022 IR 13\\ISO 2022 IR 87',
    'd4cfc0de5ec0dbb3 3d 1b2442 3b33 4544 1b284a 5e 1b2442 4240 4f3a 1b284a 3d 1b2442 2464 245e 2440 1b284a 5e 1b2442 243f 246d 2426 1b284a',
    { Alphabetic: 'ﾔﾏﾀﾞ^ﾀﾛｳ', Ideographic: '山田^太郎', Phonetic: 'やまだ^たろう' },
  ],
  [
    '\\ISO 2022 IR 149',
    '486f6e675e47696c646f6e67 3d 1b242943 fbf3 5e 1b242943 d1ceD4D7 3d 1b242943 c8ab 5e 1b242943 b1e6b5bf',
    { Alphabetic: 'Hong^Gildong', Ideographic: '洪^吉洞', Phonetic: '홍^길동' },
  ],
  [
    'ISO_IR 192',
    '57616e675e5869616f446f6e67 3d e78e8b5ee5b08fe69db1',
    { Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小東' },
  ],
  [
    'GB18030',
    '57616e675e5869616f446f6e67 3d cdf55ed0a1b6ab',
    { Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小东' },
  ],
];

test.each(NAMES)('the example name in %s has its three component groups', (terms, hex, name) => {
  expect(read('PN', terms, bytesOf(hex))).toEqual({ values: [name], oddities: [], known: true });
});

test.each([
  ['ISO_IR 100', 'e9', 'é'],
  ['ISO_IR 101', 'f6e8', 'öč'],
  ['ISO_IR 109', 'fd', 'ŭ'],
  ['ISO_IR 110', 'e0', 'ā'],
  ['ISO_IR 144', 'bbee', 'Лю'],
  ['ISO_IR 127', 'e2c8', 'قب'],
  ['ISO_IR 126', 'c4e9', 'Δι'],
  ['ISO_IR 138', 'f9f8', 'שר'],
  ['ISO_IR 148', 'd0fd', 'Ğı'],
  ['ISO_IR 203', 'a4', '€'],
  ['ISO_IR 166', 'c0d2', 'ภา'],
  ['ISO_IR 13', 'd4cf', 'ﾔﾏ'],
  ['GBK', 'cdf5', '王'],
  ['ISO 2022 IR 58', '1b242941 cdf5', '王'],
])('%s reads %s as %s', (terms, hex, text) => {
  expect(read('LO', terms, bytesOf(hex))).toEqual({ values: [text], oddities: [], known: true });
});

test('a second byte 0x5C of GB18030 and GBK separates no values', () => {
  for (const terms of ['GB18030', 'GBK'])
    expect(read('LO', terms, bytesOf('815c 5c 41')).values).toEqual(['乗', 'A']);
});

test('half of a two-byte character in ISO 2022 separates no values', () => {
  const value = bytesOf('1b2442 305c 1b2842 5c 41');
  expect(read('LO', '\\ISO 2022 IR 87', value).values).toEqual([
    expect.stringMatching(/^.$/u),
    'A',
  ]);
});

test('the initial character set is back after each delimiter', () => {
  const value = bytesOf('1b2d46 c4 5c e9');
  expect(read('LO', 'ISO 2022 IR 100\\ISO 2022 IR 126', value).values).toEqual(['Δ', 'é']);
});

test('an escape sequence that the terms do not announce is followed', () => {
  const value = bytesOf('1b2442 3b33 1b2842 41');
  expect(read('LO', 'ISO 2022 IR 13\\ISO 2022 IR 87', value)).toMatchObject({
    values: ['山A'],
    oddities: [],
  });
});

test('defined terms are known by the ways that files write them', () => {
  for (const terms of ['ISO_IR 192', 'ISO IR 192', 'ISO-IR 192', 'ISO_IR_192', ' iso_ir 192 '])
    expect(read('LO', terms, Buffer.from('é')).values).toEqual(['é']);
});

test('an unknown defined term reads as Latin-1 and says so', () => {
  expect(read('LO', 'KLINGON', bytesOf('e9'))).toEqual({
    values: ['é'],
    oddities: [],
    known: false,
  });
});

test('bytes that break the rules give the nearest text and an oddity', () => {
  expect(read('LO', 'ISO_IR 192', bytesOf('41ff'))).toMatchObject({
    values: ['A\ufffd'],
    oddities: ['undecodable-text'],
  });
  expect(read('LO', '\\ISO 2022 IR 87', bytesOf('1b2442 30')).values).toHaveLength(1);
});

test('text VRs with one value keep the backslash', () => {
  expect(read('LT', 'ISO_IR 192', Buffer.from('a\\é ')).values).toEqual(['a\\é']);
});

test('code strings and UIDs never depend on the character set', () => {
  expect(read('CS', 'GB18030', Buffer.from('A\\B ')).values).toEqual(['A', 'B']);
});
