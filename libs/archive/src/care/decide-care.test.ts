import { describe, expect, test } from 'vitest';
import { given } from '#events/decider.testing';
import type { BreakGlassOpened, CareEvent, RelationshipDeclared } from '../care-events.js';
import { careTermsOf, isSampled } from './care-terms.js';
import { care, HELD_OF_A_KIND_MAX } from './decide-care.js';

const patient = 'p1';
const opened = (encounter: string): CareEvent => ({
  type: 'EncounterOpened',
  data: { patient, encounter, organisation: 'HOSP-A' },
  personal: { from: '2026-01-01T00:00:00.000Z', until: null },
});
const closed = (encounter: string): CareEvent => ({
  type: 'EncounterClosed',
  data: { patient, encounter },
  personal: { until: '2026-01-02T00:00:00.000Z' },
});
const declared = (relationship: string, sampled = true): RelationshipDeclared => ({
  type: 'RelationshipDeclared',
  data: {
    patient,
    relationship,
    kind: 'declared',
    organisation: 'HOSP-B',
    actor: 'doctor',
    claim: '',
    declaredBy: 'doctor',
    sampled,
  },
  personal: {
    from: '2026-01-01T00:00:00.000Z',
    until: '2026-01-31T00:00:00.000Z',
    reviewDue: '2026-01-04T00:00:00.000Z',
    purpose: 'TREAT',
    attestation: 'I treat this patient',
  },
});
const broken = (breakGlass: string, hour: number, actor = 'doctor'): BreakGlassOpened => ({
  type: 'BreakGlassOpened',
  data: { patient, breakGlass, organisation: 'HOSP-B', actor },
  personal: {
    from: `2026-01-01T0${hour}:00:00.000Z`,
    until: `2026-01-01T0${hour + 4}:00:00.000Z`,
    reviewDue: '2026-01-04T00:00:00.000Z',
    reason: 'vital-interest',
    text: 'unconscious',
    authority: 'urn:oid:1.2',
    value: '42',
  },
});
const judged = (
  breakGlass: string,
  outcome: 'justified' | 'unjustified',
  reviewer = 'dpo',
): CareEvent => ({
  type: 'BreakGlassReviewed',
  data: { patient, breakGlass, outcome, reviewer },
  personal: { at: '2026-01-02T00:00:00.000Z', note: '' },
});
const opposed = (opposition: string): CareEvent => ({
  type: 'OppositionRecorded',
  data: { patient, opposition, hospital: '', claim: '' },
  personal: { from: '2026-01-01T00:00:00.000Z' },
});

describe('an encounter', () => {
  test('opens once, however often it is told', () => {
    given(care, [])
      .when({ fact: opened('e1') })
      .appends(opened('e1'));
    given(care, [opened('e1')])
      .when({ fact: opened('e1') })
      .appends();
  });
  test('closes when it is open, and opens again when its end was a mistake', () => {
    given(care, [opened('e1')])
      .when({ fact: closed('e1') })
      .appends(closed('e1'));
    given(care, [])
      .when({ fact: closed('e1') })
      .appends();
    given(care, [opened('e1'), closed('e1')])
      .when({ fact: opened('e1') })
      .appends(opened('e1'));
  });
});

describe('broken glass', () => {
  test('is one act while it is open, for one person', () => {
    const past = [broken('b1', 0)];
    given(care, past)
      .when({ fact: broken('b2', 3) })
      .appends();
    given(care, past)
      .when({ fact: broken('b2', 4) })
      .appends(broken('b2', 4));
    given(care, past)
      .when({ fact: broken('b2', 3, 'other') })
      .appends(broken('b2', 3, 'other'));
  });
  test('is judged once, by somebody else', () => {
    const past = [broken('b1', 0)];
    given(care, past)
      .when({ fact: judged('b1', 'justified') })
      .appends(judged('b1', 'justified'));
    given(care, past)
      .when({ fact: judged('b1', 'justified', 'doctor') })
      .refuses('own-case');
    given(care, past)
      .when({ fact: judged('b2', 'justified') })
      .refuses('unknown');
    const decided = [...past, judged('b1', 'justified')];
    given(care, decided)
      .when({ fact: judged('b1', 'justified') })
      .appends();
    given(care, decided)
      .when({ fact: judged('b1', 'unjustified') })
      .refuses('decided');
  });
});

describe('a declared relationship', () => {
  const review = (outcome: 'justified' | 'unjustified'): CareEvent => ({
    type: 'RelationshipReviewed',
    data: { patient, relationship: 'r1', outcome, reviewer: 'dpo' },
    personal: { at: '2026-01-02T00:00:00.000Z', note: '' },
  });
  test('ends with a review that finds it unjustified', () => {
    given(care, [declared('r1')])
      .when({ fact: review('justified') })
      .appends(review('justified'));
    given(care, [declared('r1')])
      .when({ fact: review('unjustified') })
      .appends(review('unjustified'), {
        type: 'RelationshipEnded',
        data: { patient, relationship: 'r1' },
        personal: { until: '2026-01-02T00:00:00.000Z' },
      });
  });
  test('that has ended is still reviewed', () => {
    const ended: CareEvent = {
      type: 'RelationshipEnded',
      data: { patient, relationship: 'r1' },
      personal: { until: '2026-01-01T12:00:00.000Z' },
    };
    given(care, [declared('r1'), ended])
      .when({ fact: review('unjustified') })
      .appends(review('unjustified'));
  });
  test('that is over leaves room for another', () => {
    const past = Array.from({ length: HELD_OF_A_KIND_MAX }, (_, at) => declared(`r${at}`));
    const later = (from: string) => {
      const fact = declared('more');
      return fact.personal ? { ...fact, personal: { ...fact.personal, from } } : fact;
    };
    const [early, late] = ['2026-01-30T00:00:00.000Z', '2026-02-01T00:00:00.000Z'].map(later);
    if (early === undefined || late === undefined) throw new Error('two were made');
    given(care, past).when({ fact: early }).refuses('too-many');
    given(care, past).when({ fact: late }).appends(late);
  });
  test('that was not drawn is not reviewed', () =>
    given(care, [declared('r1', false)])
      .when({ fact: review('justified') })
      .refuses('unknown'));
  test('is drawn once in so many, by its id alone', () => {
    const ids = Array.from({ length: 1000 }, (_, at) =>
      (at * 4_294_967).toString(16).padStart(8, '0'),
    );
    const drawn = ids.filter((id) => isSampled(id, 10)).length;
    expect(drawn).toBeGreaterThan(50);
    expect(drawn).toBeLessThan(200);
    expect(ids.every((id) => isSampled(id, 1))).toBe(true);
  });
});

test('of consents there is a bound, of encounters none', () => {
  const many = Array.from({ length: HELD_OF_A_KIND_MAX }, (_, at) => opposed(`o${at}`));
  given(care, many)
    .when({ fact: opposed('more') })
    .refuses('too-many');
  const visits = Array.from({ length: HELD_OF_A_KIND_MAX }, (_, at) => opened(`e${at}`));
  given(care, visits)
    .when({ fact: opened('more') })
    .appends(opened('more'));
});

test('nobody represents themself', () =>
  given(care, [])
    .when({
      fact: {
        type: 'RepresentativeNamed',
        data: { patient, representation: 'n1', representative: patient },
        personal: { from: '2026-01-01T00:00:00.000Z', until: null, capacity: 'guardian' },
      },
    })
    .refuses('oneself'));

test('a patient stays flagged until no hospital flags them', () => {
  const flag = (hospital: string): CareEvent => ({
    type: 'VipFlagged',
    data: { patient, hospital },
  });
  const unflag = (hospital: string, vip: boolean): CareEvent => ({
    type: 'VipUnflagged',
    data: { patient, hospital, vip },
  });
  const both = [flag('HOSP-A'), flag('HOSP-B')];
  given(care, both)
    .when({ fact: flag('HOSP-A') })
    .appends();
  given(care, both)
    .when({ fact: unflag('HOSP-A', false) })
    .appends(unflag('HOSP-A', true));
  given(care, [...both, unflag('HOSP-A', true)])
    .when({ fact: unflag('HOSP-B', true) })
    .appends(unflag('HOSP-B', false));
  given(care, [])
    .when({ fact: unflag('HOSP-A', true) })
    .appends();
});

test('terms are the usual ones where a jurisdiction says nothing', () =>
  expect(careTermsOf('constructor')).toEqual(careTermsOf('')));
