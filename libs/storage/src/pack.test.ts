import { expect, test } from 'vitest';
import { packKey, packOfKey } from './pack.js';

const ID = '0198f6a2-7c1e-7b6a-9f53-2a51c03d9e7f';

test('a pack lies in a folder named for the end of its id', () => {
  expect(packKey('landing', ID)).toBe(`packs/landing/7f/${ID}`);
  expect(packOfKey(packKey('settled', ID))).toBe(ID);
});

test('what is no pack id makes no key', () => {
  for (const id of [
    '',
    'ab',
    '../../etc/passwd',
    ID.toUpperCase(),
    `${ID}/x`,
    `${ID}-`,
    'a'.repeat(65),
  ])
    expect(() => packKey('landing', id), id).toThrow(TypeError);
});

test('another key is no pack', () => {
  for (const key of [
    `packs/landing/00/${ID}`,
    `packs/other/7f/${ID}`,
    `packs/landing/7f/${ID}.bak`,
    `packs/landing/${ID}`,
    `x/packs/landing/7f/${ID}`,
  ])
    expect(packOfKey(key), key).toBeUndefined();
});
