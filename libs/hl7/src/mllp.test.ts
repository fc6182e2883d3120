import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, frameReader, HEADER_BYTES_MAX, type MllpEvent } from './mllp.js';

const MAX = 10_000;
const message = (text: string): MllpEvent => ({ type: 'message', bytes: Buffer.from(text) });
const read = (...chunks: readonly (string | Uint8Array)[]) => {
  const reader = frameReader(MAX);
  return chunks.flatMap((chunk) => reader.push(Buffer.from(chunk)));
};

test('several messages may come at once', () =>
  expect(read(Buffer.concat([frame(Buffer.from('one')), frame(Buffer.from('two'))]))).toEqual([
    message('one'),
    message('two'),
  ]));

test('messages may be cut anywhere', () => {
  const texts = ['first', '', `long ${'x'.repeat(5_000)}`, 'last'];
  const all = Buffer.concat(texts.map((text) => frame(Buffer.from(text))));
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: all.length }), { maxLength: 20 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), all.length];
      const chunks = at.slice(1).map((end, index) => all.subarray(at[index] ?? 0, end));
      expect(read(...chunks)).toEqual(texts.map(message));
    }),
  );
  expect(read(...Array.from(all, (byte) => Buffer.of(byte)))).toEqual(texts.map(message));
});

test('noise between messages is told and left out', () =>
  expect(read('noise\x0bone\x1c\r\nmore\x0btwo\x1c\r')).toEqual([
    { type: 'noise' },
    message('one'),
    { type: 'noise' },
    message('two'),
  ]));

test('a return may be missing behind a message', () =>
  expect(read('\x0bone\x1c\x0btwo\x1c')).toEqual([message('one'), message('two')]));

test('a start within a message begins a new one', () =>
  expect(read('\x0bhalf\x0bwhole\x1c\r')).toEqual([{ type: 'noise' }, message('whole')]));

test('a message that has not ended is none', () => {
  const reader = frameReader(MAX);
  expect(reader.push(Buffer.from('\x0bhalf'))).toEqual([]);
  expect(reader.isWithin()).toBe(true);
});

test('of a message that is too long its beginning is left, and the next one is read', () => {
  const long = 'y'.repeat(MAX + 1);
  for (const size of [7, MAX * 3]) {
    const all = `\x0b${long}\x1c\r\x0b${'z'.repeat(MAX)}\x1c\r`;
    const chunks = all.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
    expect(read(...chunks)).toEqual([
      { type: 'too-long', start: Buffer.from(long.slice(0, HEADER_BYTES_MAX)) },
      message('z'.repeat(MAX)),
    ]);
  }
});
