import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFrameList } from './frame-list.js';

test('frame numbers count from 1 and keep their order', () =>
  expect(parseFrameList('3,1,200')).toEqual({ ok: true, frames: [3, 1, 200] }));

test.each([
  '',
  '0',
  '1,',
  ',1',
  '1,,2',
  '01',
  '-1',
  '+1',
  '1.0',
  ' 1',
  '1 ,2',
  'a',
  '1e3',
  '99999999999',
  '1,2x',
])('refuses %j', (text) =>
  expect(parseFrameList(text)).toEqual({ ok: false, reason: 'not-a-list' }),
);

test('refuses a frame named twice', () =>
  expect(parseFrameList('1,2,1')).toEqual({ ok: false, reason: 'repeated' }));

test('refuses more frames than a request may ask for, however they are written', () => {
  const list = (length: number) => Array.from({ length }, (_, i) => i + 1).join();
  expect(parseFrameList(list(5), 5).ok).toBe(true);
  expect(parseFrameList(list(6), 5)).toEqual({ ok: false, reason: 'too-many' });
  expect(parseFrameList('1'.repeat(1_000_000))).toEqual({ ok: false, reason: 'too-many' });
});

test('whatever list of distinct numbers is written is read back', () =>
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 2 ** 31 }), { minLength: 1 }),
      (frames) => {
        expect(parseFrameList(frames.join())).toEqual({ ok: true, frames });
      },
    ),
  ));
