import { expect, test } from 'vitest';
import type { Visibility } from './findable-change.js';
import { evolveRejected, hiddenIn, type RejectedRow, rejectedAs, stateOf } from './rejected-row.js';

const STUDY = { claim: 'c', hospital: 'HOSP-A', version: 1 };
const rejected = (
  rejection: string,
  code: '113001' | '113037',
  ...instances: readonly string[]
): Visibility => ({
  ...{ ...STUDY, kind: 'rejected', rejection, code },
  note: { series: 'k', instance: `note-${rejection}` },
  series: [{ series: 's', instances }],
});
const revoked = (rejection: string, ...instances: readonly string[]): Visibility => ({
  ...{ ...STUDY, kind: 'revoked', rejection },
  series: instances.length === 0 ? [] : [{ series: 's', instances }],
});
const after = (...facts: readonly Visibility[]): readonly RejectedRow[] =>
  facts.reduce(evolveRejected, [] as readonly RejectedRow[]);
const hidden = (rows: readonly RejectedRow[], series = 's') =>
  [...hiddenIn(rows.find((row) => row.series === series))].sort();

test('what a note names is hidden, and the note, in whichever series it lies', () => {
  const rows = after(rejected('r1', '113001', 'b', 'a'));
  expect([hidden(rows), hidden(rows, 'k')]).toEqual([['a', 'b'], ['note-r1']]);
});
test('a list in several facts is one rejection', () => {
  const rows = after(rejected('r1', '113001', 'a'), rejected('r1', '113001', 'b'));
  expect(rows.flatMap(({ rejections }) => rejections)).toHaveLength(1);
  expect(hidden(rows)).toEqual(['a', 'b']);
});
test('the same fact twice changes nothing', () =>
  expect(after(rejected('r1', '113001', 'a'), rejected('r1', '113001', 'a'))).toEqual(
    after(rejected('r1', '113001', 'a')),
  ));
test('what two notes name stays hidden until both are revoked; the notes stay hidden', () => {
  const both = [rejected('r1', '113001', 'a', 'b'), rejected('r2', '113037', 'a')];
  expect(hidden(after(...both, revoked('r1')))).toEqual(['a']);
  const none = after(...both, revoked('r1'), revoked('r2'));
  expect([hidden(none), hidden(none, 'k')]).toEqual([[], ['note-r1', 'note-r2']]);
});
test('what was sent again is hidden by no note any more', () => {
  const rows = after(
    rejected('r1', '113001', 'a', 'b'),
    rejected('r2', '113037', 'a'),
    revoked('', 'a'),
  );
  expect(hidden(rows)).toEqual(['b']);
});
test('what is rejected for its quality alone is told from what is rejected otherwise, too', () => {
  const rows = after(rejected('r1', '113001', 'a', 'b'), rejected('r2', '113037', 'a'));
  const row = rows.find(({ series }) => series === 's');
  expect([...rejectedAs(row as RejectedRow, ['113001'])]).toEqual(['b']);
  expect([stateOf(rows), stateOf(after(rejected('r1', '113001', 'a')))]).toEqual([
    'rejected-safety',
    'rejected-quality',
  ]);
});
