import { expect, test } from 'vitest';
import type { SeriesView } from '#index/series-view';
import { planSettledPacks, SETTLED_BYTES_MAX, SETTLED_ENTRIES_MAX } from './plan-settled-packs.js';

const view = (series: string, bytes: number, settled = false) =>
  ({ series, settled, ordered: [{ bytes }] }) as unknown as SeriesView;
const names = (packs: readonly (readonly SeriesView[])[]) =>
  packs.map((pack) => pack.map(({ series }) => series));

test('small series share a pack, in order', () =>
  expect(names(planSettledPacks([view('a', 1), view('b', 1)], () => 2))).toEqual([['a', 'b']]));

test('a pack is closed at its bound of bytes', () =>
  expect(
    names(planSettledPacks([view('a', SETTLED_BYTES_MAX), view('b', 1), view('c', 1)], () => 2)),
  ).toEqual([['a'], ['b', 'c']]));

test('a pack is closed at its bound of entries', () =>
  expect(names(planSettledPacks([view('a', 1), view('b', 1)], () => SETTLED_ENTRIES_MAX))).toEqual([
    ['a'],
    ['b'],
  ]));

test('what is settled stays, and a series too long for a fact stays where it landed', () =>
  expect(
    names(
      planSettledPacks([view('a', 1, true), view('b', 1)], ({ series }) =>
        series === 'b' ? SETTLED_ENTRIES_MAX + 1 : 2,
      ),
    ),
  ).toEqual([]));
