import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RETENTION_TABLE } from './built-in-policies.js';
import { addDays } from './calendar.js';
import { retentionFacts } from './retention-facts.testing.js';
import { RETENTION_MARKS, type RetentionPolicy } from './retention-policy.js';
import type { RetentionFacts, Schedule } from './schedule.js';
import { scheduleOf } from './schedule-of.js';

const policy = (given: Partial<RetentionPolicy>): RetentionPolicy => ({
  id: 'keep',
  jurisdiction: 'LU',
  appliesTo: {},
  mode: 'min',
  rules: [{ id: 'ten', trigger: 'study-date', keep: 'P10Y' }],
  legalSource: 'a law',
  ...given,
});
const keeps = (id: string, keep: string, mode: RetentionPolicy['mode'] = 'min') =>
  policy({ id, mode, rules: [{ id: 'only', trigger: 'study-date', keep }] });

describe('of several policies', () => {
  const facts = retentionFacts({ studyDate: '2010-01-10' });
  test('the latest wins', () =>
    expect(
      scheduleOf(facts, [keeps('a', 'P10Y'), keeps('b', 'P30Y'), keeps('c', 'P20Y')]),
    ).toMatchObject({ dueOn: '2040-01-11', policy: 'b', mustGoOn: null }));
  test('one that says for ever is told as that', () =>
    expect(scheduleOf(facts, [keeps('a', 'P10Y'), keeps('b', 'forever')])).toMatchObject({
      ...{ state: 'permanent', policy: 'b' },
    }));
  test('a least time beyond a greatest is for people to decide', () => {
    const most = keeps('most', 'P20Y', 'max');
    expect(scheduleOf(facts, [keeps('a', 'P30Y'), most])).toMatchObject({
      because: 'min-beyond-max',
    });
    expect(scheduleOf(facts, [keeps('a', 'forever'), most])).toMatchObject({
      because: 'min-beyond-max',
    });
    expect(scheduleOf(facts, [keeps('a', 'P20Y'), most])).toMatchObject({ mustGoOn: '2030-01-11' });
  });
  test('of a greatest time alone it is kept to the end', () =>
    expect(scheduleOf(facts, [keeps('most', 'P20Y', 'max')])).toMatchObject({
      ...{ dueOn: '2030-01-11', mustGoOn: '2030-01-11' },
    }));
  test('a fixed time is both', () =>
    expect(scheduleOf(facts, [keeps('just', 'P5Y', 'fixed')])).toMatchObject({
      ...{ dueOn: '2015-01-11', mustGoOn: '2015-01-11' },
    }));
  test('the law of a country holds in its parts, that of a part in no other', () => {
    const ofPart = { ...keeps('part', 'P50Y'), jurisdiction: 'LU-CA' };
    const both = [keeps('all', 'P10Y'), ofPart];
    const at = (jurisdiction: string) => scheduleOf({ ...facts, jurisdiction }, both);
    expect(at('LU-CA')).toMatchObject({ policy: 'part' });
    expect(at('LU-LU')).toMatchObject({ policy: 'all' });
    expect(at('LU')).toMatchObject({ policy: 'all' });
    expect(at('LUX')).toMatchObject({ because: 'no-policy' });
  });
  test('one for studies of other days says nothing', () => {
    const before = { ...keeps('old', 'P50Y'), appliesTo: { madeBefore: '2010-01-10' } };
    const since = { ...keeps('new', 'P5Y'), appliesTo: { madeFrom: '2010-01-10' } };
    expect(scheduleOf(facts, [before, since])).toMatchObject({ policy: 'new' });
  });
});

const day = fc.integer({ min: 0, max: 40 * 365 }).map((days) => addDays('1980-01-01', days));
const period = fc
  .tuple(day, fc.integer({ min: 0, max: 900 }))
  .map(([from, days]) => ({ from, until: addDays(from, days) }));
const drawnFacts: fc.Arbitrary<RetentionFacts> = fc.record({
  jurisdiction: fc.constantFrom('LU', 'FR', 'BE', 'DE', 'GB', 'EE'),
  studyDate: day,
  birthDate: fc.oneof(
    day.map((d) => addDays(d, -30 * 365)),
    fc.constantFrom('', '1970', '1975-02'),
  ),
  deaths: fc.array(day, { maxLength: 2 }),
  encounters: fc.array(period, { maxLength: 4 }),
  otherStudies: fc.array(day, { maxLength: 3 }),
  disputes: fc.array(period, { maxLength: 4 }),
  marks: fc.array(
    fc.record({ mark: fc.constantFrom(...RETENTION_MARKS), on: fc.oneof(day, fc.constant('')) }),
    {
      maxLength: 3,
    },
  ),
  group: fc.constantFrom('CT', 'MR', 'DX', 'other', undefined),
  purposes: fc.subarray(['screening', 'planning']),
});
const { policies } = RETENTION_TABLE;
const dueOn = (schedule: Schedule) =>
  schedule.state === 'scheduled' ? schedule.dueOn : '9999-12-31';

test('the order of facts and of policies changes nothing', () =>
  fc.assert(
    fc.property(drawnFacts, fc.nat(), (facts, seed) => {
      const turned = <T>(list: readonly T[]): T[] =>
        [
          ...list.slice(seed % (list.length + 1)),
          ...list.slice(0, seed % (list.length + 1)),
        ].reverse();
      const otherwise = {
        ...facts,
        ...{ deaths: turned(facts.deaths), encounters: turned(facts.encounters) },
        ...{ otherStudies: turned(facts.otherStudies), disputes: turned(facts.disputes) },
        ...{ marks: turned(facts.marks), purposes: turned(facts.purposes) },
      };
      expect(scheduleOf(otherwise, turned(policies))).toEqual(scheduleOf(facts, policies));
    }),
  ));

test('while the patient lives, a fact that comes late brings nothing forward', () =>
  fc.assert(
    fc.property(drawnFacts, drawnFacts, (drawn, late) => {
      const facts = { ...drawn, deaths: [] };
      const more = {
        ...facts,
        encounters: [...facts.encounters, ...late.encounters],
        otherStudies: [...facts.otherStudies, ...late.otherStudies],
        disputes: [...facts.disputes, ...late.disputes],
        marks: [...facts.marks, ...late.marks],
      };
      const [before, after] = [facts, more].map((each) => dueOn(scheduleOf(each, policies)));
      expect(after! >= before!).toBe(true);
    }),
  ));

test('nothing goes before any policy that applies lets it', () =>
  fc.assert(
    fc.property(drawnFacts, (facts) => {
      const due = dueOn(scheduleOf(facts, policies));
      for (const each of policies.filter(({ mode }) => mode === 'min')) {
        const alone = scheduleOf(facts, [each]);
        if (alone.state === 'scheduled') expect(due >= alone.dueOn).toBe(true);
      }
    }),
  ));

test('nothing goes while somebody is in dispute, or in care', () =>
  fc.assert(
    fc.property(drawnFacts, day, (facts, from) => {
      const open = { from, until: null };
      for (const one of [
        { disputes: [...facts.disputes, open] },
        { encounters: [open, ...facts.encounters] },
      ])
        expect(scheduleOf({ ...facts, ...one }, policies).state).not.toBe('scheduled');
    }),
  ));
