import { expect, test } from 'vitest';
import type { RetentionEvent } from '../retention-events.js';
import { retention, STANDING_MAX } from './decide-retention.js';

const at = { subject: 'p', hospital: 'HOSP-A' };
const opened = (dispute: string, from = '2020-01-10'): RetentionEvent => ({
  type: 'DisputeOpened',
  data: { ...at, scope: 'patient', dispute },
  personal: { from, reason: 'complaint' },
});
const closed = (dispute: string, until: string, hospital = 'HOSP-A'): RetentionEvent => ({
  type: 'DisputeClosed',
  data: { subject: 'p', scope: 'patient', hospital, dispute },
  personal: { until },
});
const died = (source: string, date: string): RetentionEvent => ({
  ...{ type: 'DeathRecorded', data: { subject: 'p', source }, personal: { date } },
});
const marked = (marking: string): RetentionEvent => ({
  type: 'RetentionMarkSet',
  data: { ...at, scope: 'patient', marking },
  personal: { mark: 'cancer', on: '' },
});

const decide = (fact: RetentionEvent, ...before: readonly RetentionEvent[]) =>
  retention.decide({ fact }, before.reduce(retention.evolve, retention.initial));
const accepted = (...events: readonly RetentionEvent[]) => ({ ok: true, events });

test('what a source says of a death takes the place of what it said', () => {
  const before = died('HOSP-A', '2020-01-01');
  expect(decide(before, before)).toEqual(accepted());
  expect(decide(died('HOSP-A', '2020-01-02'), before)).toEqual(
    accepted(died('HOSP-A', '2020-01-02')),
  );
  expect(decide(died('HOSP-B', '2020-01-01'), before)).toEqual(
    accepted(died('HOSP-B', '2020-01-01')),
  );
});
test('only who said it takes it back', () => {
  const back: RetentionEvent = { type: 'DeathRetracted', data: { subject: 'p', source: 'HOSP-B' } };
  expect(decide(back, died('HOSP-A', '2020-01-01'))).toEqual(accepted());
  expect(decide(back, died('HOSP-B', '2020-01-01'))).toEqual(accepted(back));
});
test('a dispute is opened and closed once', () => {
  const end = closed('d1', '2021-01-01');
  expect(decide(opened('d1'), opened('d1'))).toEqual(accepted());
  expect(decide(end, opened('d1'))).toEqual(accepted(end));
  expect(decide(end, opened('d1'), end)).toEqual(accepted());
});
test('it ends for its hospital alone, and not before it began', () => {
  const refused = (refusal: string) => ({ ok: false, refusal });
  expect(decide(closed('d1', '2021-01-01', 'HOSP-B'), opened('d1'))).toEqual(refused('unknown'));
  expect(decide(closed('d2', '2021-01-01'), opened('d1'))).toEqual(refused('unknown'));
  expect(decide(closed('d1', '2020-01-09'), opened('d1'))).toEqual(refused('before-start'));
});
test('the same mark twice is one', () => {
  expect(decide(marked('m2'), marked('m1'))).toEqual(accepted());
  const cleared: RetentionEvent = {
    type: 'RetentionMarkCleared',
    data: { ...at, scope: 'patient', marking: 'm1' },
  };
  expect(decide(marked('m2'), marked('m1'), cleared)).toEqual(accepted(marked('m2')));
});
test('there is a bound to what stands at once', () => {
  const many = Array.from({ length: STANDING_MAX }, (_, at) => opened(`d${at}`));
  expect(decide(opened('one more'), ...many)).toEqual({ ok: false, refusal: 'too-many' });
  expect(decide(opened('one more'), ...many, closed('d0', '2021-01-01'))).toEqual(
    accepted(opened('one more')),
  );
});
