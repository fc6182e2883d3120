import { describe, expect, test } from 'vitest';
import type { ManifestEnvelope, ManifestEvent } from '../manifest-events.js';
import { type ManifestCommand, manifest } from './manifest-decider.js';

const envelope = (basis: string): ManifestEnvelope => ({
  madeAt: '2026-11-22T10:00:00.000Z',
  basis,
  study: '1.2.3',
  started: '',
  startedTime: '',
  timezone: '',
  accession: '',
  description: '',
  modalities: [],
  regions: [],
  documents: [],
});
const claim = { hospital: 'HOSP-A', claim: 'claim' };
const offer = (revision: number, basis: string): ManifestCommand => ({
  ...claim,
  kind: 'offer',
  manifest: `m${revision}`,
  revision,
  envelope: envelope(basis),
});
const withdraw: ManifestCommand = { ...claim, kind: 'withdraw', reason: 'not-shared' };

/** What happened, command by command. */
const told = (...commands: readonly ManifestCommand[]): readonly string[] => {
  let state = manifest.initial;
  const types: string[] = [];
  for (const command of commands) {
    const decision = manifest.decide(command, state);
    const events: readonly ManifestEvent[] = decision.ok ? decision.events : [];
    types.push(events.map(({ type }) => type).join() || '–');
    state = events.reduce(manifest.evolve, state);
  }
  return types;
};

describe('the manifest of a claim', () => {
  test('is published, replaced when it says something else, and withdrawn', () =>
    expect(told(offer(1, 'a'), offer(2, 'b'), withdraw, offer(3, 'b'))).toEqual([
      'ManifestPublished',
      'ManifestReplaced',
      'ManifestWithdrawn',
      'ManifestPublished',
    ]));
  test('stays as it is when it would say the same', () =>
    expect(told(offer(1, 'a'), offer(2, 'a'))).toEqual(['ManifestPublished', '–']));
  test('that was made for a revision that is taken is no fact', () =>
    expect(told(offer(1, 'a'), offer(1, 'b'), offer(3, 'b'))).toEqual([
      'ManifestPublished',
      '–',
      '–',
    ]));
  test('is withdrawn once', () =>
    expect(told(withdraw, offer(1, 'a'), withdraw, withdraw)).toEqual([
      '–',
      'ManifestPublished',
      'ManifestWithdrawn',
      '–',
    ]));
});
