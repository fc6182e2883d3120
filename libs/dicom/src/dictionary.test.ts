import { expect, test } from 'vitest';
import { keywordOfTag, tagOfKeyword, vrOfTag } from './dictionary.js';
import { Tag, tagHex } from './tag.js';

test('every tag that the code names has the keyword of PS3.6', () => {
  for (const [keyword, tag] of Object.entries(Tag)) {
    if (tag >>> 16 === 0xfffe) continue;
    expect([tagHex(tag), keywordOfTag(tag)]).toEqual([tagHex(tag), keyword]);
    expect(tagOfKeyword(keyword)).toBe(tag);
  }
});

test('repeating groups have the VR and keyword of their first group', () => {
  expect(vrOfTag(0x60023000)).toBe('OW');
  expect(keywordOfTag(0x601e0010)).toBe('OverlayRows');
  expect(vrOfTag(0x50022600)).toBe('SQ');
  expect(tagOfKeyword('OverlayRows')).toBe(0x60000010);
});

test('a private creator is LO, a private value UN, a group length UL', () => {
  expect(vrOfTag(0x00090010)).toBe('LO');
  expect(vrOfTag(0x00091001)).toBe('UN');
  expect(vrOfTag(0x00090000)).toBe('UL');
  expect(vrOfTag(0x60013000)).toBe('UN');
});

test('what Pixel Representation decides is left open, what implicit VR fixes is not', () => {
  expect(vrOfTag(0x00280106)).toBe('US or SS');
  expect(vrOfTag(0x7fe00010)).toBe('OW');
  expect(vrOfTag(0x00283006)).toBe('OW');
});

test('retired attributes have their keyword without a mark', () => {
  expect(keywordOfTag(0x00280104)).toBe('SmallestValidPixelValue');
});
