import { expect, test } from 'vitest';
import { ObjectStoreUnavailable } from '../object-store.js';
import { childText, readXml } from './read-xml.js';

test('elements, texts and what is escaped in them are read, attributes left out', () => {
  const root = readXml(
    '<?xml version="1.0"?>\n<A xmlns="http://s3"><B> a&amp;b&#x41; </B><C x="1"/><B>second</B></A>',
  );
  expect(root.name).toBe('A');
  expect(root.children.map(({ name, text }) => [name, text])).toEqual([
    ['B', 'a&bA'],
    ['C', ''],
    ['B', 'second'],
  ]);
  expect(childText(root, 'B')).toBe('a&bA');
  expect(childText(root, 'D')).toBeUndefined();
});

test('what is no answer of S3 is refused', () => {
  for (const document of [
    '',
    'Bad Gateway',
    '<A><B></A>',
    '<A>',
    '<A/><A/>',
    '<A>&unknown;</A>',
    '<!DOCTYPE A [<!ENTITY e "x">]><A>&e;</A>',
    '<html><br></html>',
    '<A>'.repeat(9) + '</A>'.repeat(9),
    `<A>${'<B/>'.repeat(25_001)}</A>`,
  ])
    expect(() => readXml(document), document.slice(0, 40)).toThrow(ObjectStoreUnavailable);
});
