import { expect, test } from 'vitest';
import { given } from '#events/decider.testing';
import type { HoldEvent, HoldOpened } from '../hold-events.js';
import { type HoldCommand, legalHold } from './decide-hold.js';

const at = '2026-11-22T10:00:00.000Z';
const reviewDue = '2027-11-22T10:00:00.000Z';
const opened: HoldOpened = {
  type: 'HoldOpened',
  data: {
    ...{ hold: 'h1', hospital: 'HOSP-A', scope: 'study', patient: '', claim: 'c1' },
    actor: 'anna',
  },
  personal: { at, reason: 'a claim for damages', reviewDue, criteria: null },
};
const by = (actor: string, hospital = 'HOSP-A') => ({ actor, hospital, at });
const asked = (actor: string): HoldEvent => ({
  type: 'HoldReleaseAsked',
  data: { hold: 'h1', actor },
  personal: { at, reason: 'settled' },
});
const released = (actor: string): HoldEvent => ({
  type: 'HoldReleased',
  data: { hold: 'h1', actor },
  personal: { at, note: '' },
});
const declined = (actor: string): HoldEvent => ({
  type: 'HoldReleaseDeclined',
  data: { hold: 'h1', actor },
  personal: { at, note: '' },
});
const release = (actor: string): HoldCommand => ({ kind: 'release', note: '', ...by(actor) });
const ask = (actor: string): HoldCommand => ({
  kind: 'ask-release',
  reason: 'settled',
  ...by(actor),
});

test('a case is opened once', () => {
  given(legalHold, []).when({ kind: 'open', opened }).appends(opened);
  given(legalHold, [opened]).when({ kind: 'open', opened }).appends();
});
test('who asked for the release doesn’t give it; another person does, who may have opened it', () => {
  given(legalHold, [opened, asked('bert')])
    .when(release('bert'))
    .refuses('own-request');
  given(legalHold, [opened, asked('bert')])
    .when(release('anna'))
    .appends(released('anna'));
});
test('nothing is released that nobody asked for', () => {
  given(legalHold, [opened]).when(release('anna')).refuses('not-asked');
  given(legalHold, [opened, asked('bert'), declined('carl')])
    .when(release('anna'))
    .refuses('not-asked');
});
test('one request waits at a time; the same person asks again for nothing', () => {
  given(legalHold, [opened, asked('bert')])
    .when(ask('bert'))
    .appends();
  given(legalHold, [opened, asked('bert')])
    .when(ask('carl'))
    .refuses('asked');
  given(legalHold, [opened, asked('bert'), declined('bert')])
    .when(ask('carl'))
    .appends(asked('carl'));
});
test('a case that is over stays so, and its release again is none', () => {
  const past = [opened, asked('bert'), released('anna')];
  given(legalHold, past).when(release('anna')).appends();
  given(legalHold, past).when(release('carl')).refuses('over');
  given(legalHold, past).when(ask('carl')).refuses('over');
});
test('a case of others is none', () => {
  for (const hospital of ['HOSP-B', ''])
    given(legalHold, [opened, asked('bert')])
      .when({ kind: 'release', note: '', ...by('anna', hospital) })
      .refuses('unknown');
  given(legalHold, []).when(ask('bert')).refuses('unknown');
});
test('a review says when the next one is due', () => {
  given(legalHold, [opened])
    .when({ kind: 'review', note: 'still needed', reviewDue, ...by('carl') })
    .appends({
      type: 'HoldReviewed',
      data: { hold: 'h1', actor: 'carl' },
      personal: { at, note: 'still needed', reviewDue },
    });
});
test('what became of its studies changes nothing of it', () => {
  const confirmed: HoldEvent = { type: 'HoldConfirmed', data: { hold: 'h1', studies: 3 } };
  const state = [opened, asked('bert')].reduce(legalHold.evolve, legalHold.initial);
  expect(legalHold.evolve(state, confirmed)).toBe(state);
});
