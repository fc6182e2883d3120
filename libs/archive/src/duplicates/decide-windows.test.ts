import { expect, test } from 'vitest';
import { MATCH_WINDOWS } from '#exams/match-windows';
import { matchWindows } from './decide-windows.js';

const basedOn = MATCH_WINDOWS.version;
const next = { ...MATCH_WINDOWS, version: 'next' };
const decided = (changes: object, from = basedOn) =>
  matchWindows.decide({ basedOn: from, windows: { ...next, ...changes } }, matchWindows.initial);

test('windows are published whole, with what they took the place of', () =>
  expect(decided({})).toEqual({
    ok: true,
    events: [{ type: 'MatchWindowsPublished', data: { basedOn, windows: next } }],
  }));
test('whoever read another version is told', () =>
  expect(decided({}, 'older')).toEqual({ ok: false, refusal: 'overtaken' }));
test('a version names one set of windows for good', () =>
  expect(decided({ version: basedOn })).toEqual({ ok: false, refusal: 'version-used' }));
test.each([
  ['ids-repeated', { windows: [...next.windows, ...next.windows.slice(0, 1)] }],
  ['shrinking', { windows: [{ id: 'ct', group: 'CT', warnDays: 30, infoDays: 7 }] }],
  ['circular', { wholes: [{ whole: 'head', parts: ['head'], standsIn: ['CT'] }] }],
])('windows with a fault are not published: %s', (refusal, changes) =>
  expect(decided(changes)).toEqual({ ok: false, refusal }),
);
test('the next are based on the last', () => {
  const versions = matchWindows.evolve(matchWindows.initial, {
    type: 'MatchWindowsPublished',
    data: { basedOn, windows: next },
  });
  const command = { basedOn: 'next', windows: { ...next, version: 'later' } };
  expect(matchWindows.decide(command, versions)).toMatchObject({ ok: true });
  expect(matchWindows.decide({ ...command, basedOn }, versions)).toMatchObject({ ok: false });
});
test('the built-in windows have no fault', () =>
  expect(matchWindows.decide({ basedOn, windows: next }, [basedOn])).toMatchObject({ ok: true }));
