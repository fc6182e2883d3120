import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectRange } from './byte-ranges.js';

const TAG = '"a"';
const select = (range: string, bytes = 10, ifRange?: string) =>
  selectRange({ range, ifRange }, { tag: TAG, bytes });

test.each([
  ['bytes=0-0', { start: 0, end: 1 }],
  ['bytes=2-5', { start: 2, end: 6 }],
  ['bytes=2-', { start: 2, end: 10 }],
  ['bytes=2-99999999999999999999999', { start: 2, end: 10 }],
  ['bytes=-3', { start: 7, end: 10 }],
  ['bytes=-30', { start: 0, end: 10 }],
  ['BYTES=2-5', { start: 2, end: 6 }],
])('%s of ten bytes', (range, expected) => expect(select(range)).toEqual(expected));

test.each(['bytes=10-', 'bytes=10-12', 'bytes=-0', 'bytes=99999999999999999999-'])(
  '%s of ten bytes is not there',
  (range) => expect(select(range)).toBe('none'),
);
test.each(['bytes=5-2', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=', 'bytes=-', 'bytes=a-b', '', '1-2'])(
  '%j is passed over',
  (range) => expect(select(range)).toBe('all'),
);
test('without a Range all is sent', () =>
  expect(selectRange(undefined, { tag: TAG, bytes: 10 })).toBe('all'));
test('nothing of what is empty can be had', () => {
  expect(select('bytes=0-', 0)).toBe('none');
  expect(select('bytes=-1', 0)).toBe('none');
});
test('If-Range holds for the same strong tag alone (RFC 9110 §13.1.5)', () => {
  expect(select('bytes=2-5', 10, TAG)).toEqual({ start: 2, end: 6 });
  for (const other of ['"b"', `W/${TAG}`, 'Wed, 21 Oct 2015 07:28:00 GMT', ''])
    expect(select('bytes=2-5', 10, other)).toBe('all');
});
test('whatever is asked, what is chosen lies within', () =>
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^bytes=\d{0,20}-\d{0,20}$/)),
      fc.nat(30),
      (range, bytes) => {
        const selected = select(range, bytes);
        if (typeof selected === 'string') return;
        expect(selected.start).toBeGreaterThanOrEqual(0);
        expect(selected.end).toBeGreaterThan(selected.start);
        expect(selected.end).toBeLessThanOrEqual(bytes);
      },
    ),
  ));
