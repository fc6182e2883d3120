import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RetentionEvent } from '#archive/retention-events';
import { type RetentionArchive, retentionArchive } from './retention-archive.js';

const PATIENTS = ['p0', 'p1', 'p2'];
const HOSPITALS = { 'HOSP-A': 'FR', 'HOSP-B': 'UK', 'HOSP-C': 'DE' };

/** What becomes known; the steps of one fact come in their order, the facts in any. */
type Step = (archive: RetentionArchive) => Promise<unknown>;
type Known = Readonly<{ name: string; steps: readonly Step[] }>;

const patient = fc.constantFrom(...PATIENTS);
const hospital = fc.constantFrom(...Object.keys(HOSPITALS));
const day = fc
  .date({ min: new Date('1995-01-01'), max: new Date('2020-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const birthOf = (value: string) => ({ p0: '19500101', p1: '20000229', p2: '' })[value] ?? '';

const record =
  (fact: (archive: RetentionArchive) => RetentionEvent): Step =>
  (archive) =>
    archive.api.ports.retention.record({ id: randomUUID(), actor: 'test' }, fact(archive));

const study = fc.tuple(hospital, patient, day, fc.integer({ min: 1, max: 9_999 })).map(
  ([at, whose, on, number]): Known => ({
    name: `study ${at} ${number}`,
    steps: [
      (archive) =>
        archive.hold({
          ...{ hospital: at, patient: whose, birth: birthOf(whose) },
          ...{ study: `1.${number}`, date: on.replaceAll('-', ''), group: 'CT' },
        }),
    ],
  }),
);
const stay = fc.tuple(hospital, patient, day).map(
  ([at, whose, on]): Known => ({
    name: `stay ${at} ${whose} ${on}`,
    steps: [(archive) => archive.encounter(whose, at, [on, on])],
  }),
);
const death = fc.tuple(hospital, patient, day).map(
  ([source, whose, date]): Known => ({
    name: `death ${source} ${whose}`,
    steps: [
      record(({ patient: idOf }) => ({
        ...{ type: 'DeathRecorded', data: { subject: idOf(whose), source }, personal: { date } },
      })),
    ],
  }),
);
const dispute = fc
  .tuple(hospital, patient, day, fc.boolean())
  .map(([at, whose, from, isOver]): Known => {
    const id = randomUUID();
    const data = (archive: RetentionArchive) =>
      ({ subject: archive.patient(whose), scope: 'patient', dispute: id, hospital: at }) as const;
    const end = record((archive) => ({
      ...{ type: 'DisputeClosed', data: data(archive), personal: { until: '2020-06-01' } },
    }));
    return {
      name: `dispute ${at} ${whose} ${from} ${isOver}`,
      steps: [
        record((archive) => ({
          ...{ type: 'DisputeOpened', data: data(archive), personal: { from, reason: 'x' } },
        })),
        ...(isOver ? [end] : []),
      ],
    };
  });
const link: fc.Arbitrary<Known> = fc.constant({
  name: 'link p1 p0',
  steps: [
    async ({ pool, patient: idOf }: RetentionArchive) => {
      for (const value of ['p0', 'p1'])
        await pool.query(
          `insert into patient_ids (patient, person, authority, value, birth_date) values ($1, $1, '1.2.3', $1, $2) on conflict do nothing`,
          [idOf(value), birthOf(value)],
        );
      await pool.query('select set_person($1, $2)', [idOf('p1'), idOf('p0')]);
    },
  ],
});

const known = fc
  .tuple(
    fc.uniqueArray(study, { minLength: 4, maxLength: 8, selector: ({ name }) => name }),
    fc.uniqueArray(fc.oneof(stay, death, dispute, link), {
      maxLength: 8,
      selector: ({ name }) => name,
    }),
  )
  .map((parts) => parts.flat());

/** Two archives hear of the same in different orders; one makes its schedules all the while, the other at the end. */
async function toldTo(facts: readonly Known[], isAllTheWhile: boolean) {
  const archive = await retentionArchive(HOSPITALS);
  try {
    for (const { steps } of facts)
      for (const step of steps) {
        await step(archive);
        if (isAllTheWhile) await archive.work();
      }
    await archive.work();
    const { rows } = await archive.pool.query(
      `select claim, hospital, state, because, due_on::text, must_go_on::text, policy, rule, inputs from retention_schedule order by claim`,
    );
    return { rows, differing: await archive.differing('retention_schedule') };
  } finally {
    await archive.close();
  }
}

test('the same facts in any order give the same schedules, and so does a replay', async () => {
  await fc.assert(
    fc.asyncProperty(known, fc.nat(), async (facts, seed) => {
      const turn = seed % facts.length;
      const otherwise = [...facts.slice(turn), ...facts.slice(0, turn)].reverse();
      const [one, other] = [await toldTo(facts, true), await toldTo(otherwise, false)];
      expect(one.rows.length).toBeGreaterThan(0);
      expect(other.rows).toEqual(one.rows);
      expect([one.differing, other.differing]).toEqual([0, 0]);
    }),
    { numRuns: 6 },
  );
});
