import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RetentionEvent } from '#archive/retention-events';
import { type RetentionArchive, retentionArchive } from './retention-archive.js';

const PATIENTS = ['p0', 'p1', 'p2'];
const HOSPITALS = { 'HOSP-A': 'FR', 'HOSP-B': 'GB', 'HOSP-C': 'DE' };

/** What becomes known; the steps of one fact come in their order, the facts in any. */
type Step = (archive: RetentionArchive, run: string) => Promise<unknown>;
type Known = Readonly<{ name: string; steps: readonly Step[] }>;

const patient = fc.constantFrom(...PATIENTS);
const hospital = fc.constantFrom(...Object.keys(HOSPITALS));
const day = fc
  .date({ min: new Date('1995-01-01'), max: new Date('2020-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const birthOf = (value: string) => ({ p0: '19500101', p1: '20000229', p2: '' })[value] ?? '';

const record =
  (fact: (patientOf: (value: string) => string, run: string) => RetentionEvent): Step =>
  (archive, run) =>
    archive.api.ports.retention.record(
      { id: randomUUID(), actor: 'test' },
      fact((value) => archive.patient(run + value), run),
    );

const study = fc.tuple(hospital, patient, day, fc.integer({ min: 1, max: 9_999 })).map(
  ([at, whose, on, number]): Known => ({
    name: `study ${at} ${number}`,
    steps: [
      (archive, run) =>
        archive.hold({
          ...{ hospital: at, patient: run + whose, birth: birthOf(whose) },
          ...{ study: `${run}1.${number}`, date: on.replaceAll('-', ''), group: 'CT' },
        }),
    ],
  }),
);
const stay = fc.tuple(hospital, patient, day).map(
  ([at, whose, on]): Known => ({
    name: `stay ${at} ${whose} ${on}`,
    steps: [(archive, run) => archive.encounter(run + whose, at, [on, on])],
  }),
);
const death = fc.tuple(hospital, patient, day).map(
  ([source, whose, date]): Known => ({
    name: `death ${source} ${whose}`,
    steps: [
      record((idOf) => ({
        ...{ type: 'DeathRecorded', data: { subject: idOf(whose), source }, personal: { date } },
      })),
    ],
  }),
);
const dispute = fc
  .tuple(hospital, patient, day, fc.boolean())
  .map(([at, whose, from, isOver]): Known => {
    const id = randomUUID();
    const data = (idOf: (value: string) => string, run: string) =>
      ({ subject: idOf(whose), scope: 'patient', dispute: run + id, hospital: at }) as const;
    const end = record((idOf, run) => ({
      ...{ type: 'DisputeClosed', data: data(idOf, run), personal: { until: '2020-06-01' } },
    }));
    return {
      name: `dispute ${at} ${whose} ${from} ${isOver}`,
      steps: [
        record((idOf, run) => ({
          ...{ type: 'DisputeOpened', data: data(idOf, run), personal: { from, reason: 'x' } },
        })),
        ...(isOver ? [end] : []),
      ],
    };
  });
const link: fc.Arbitrary<Known> = fc.constant({
  name: 'link p1 p0',
  steps: [
    async ({ pool, patient: patientOf }, run) => {
      const idOf = (value: string) => patientOf(run + value);
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

/* Both hear of the same in different orders; one makes its schedules all the while, the other at the end. */
let archives: readonly RetentionArchive[];
beforeAll(async () => {
  archives = [await retentionArchive(HOSPITALS), await retentionArchive(HOSPITALS)];
});
afterAll(async () => {
  for (const archive of archives) await archive.close();
});

async function tell(
  archive: RetentionArchive,
  { facts, run }: Readonly<{ facts: readonly Known[]; run: string }>,
  each: () => Promise<void>,
) {
  for (const { steps } of facts)
    for (const step of steps) {
      await step(archive, run);
      await each();
    }
  await archive.work();
  const { rows } = await archive.pool.query(
    `select claim, hospital, state, because, due_on::text, must_go_on::text, policy, rule, inputs from retention_schedule order by claim`,
  );
  return rows;
}

test('the same facts in any order give the same schedules, and so does a replay', async () => {
  const [one, other] = archives as [RetentionArchive, RetentionArchive];
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(known, fc.nat(), async (facts, seed) => {
      runs += 1;
      const run = `${runs}-`;
      const turn = seed % facts.length;
      const turned = [...facts.slice(turn), ...facts.slice(0, turn)].reverse();
      const rows = await tell(one, { facts, run }, one.work);
      expect(rows.length).toBeGreaterThan(0);
      expect(await tell(other, { facts: turned, run }, async () => {})).toEqual(rows);
    }),
    { numRuns: 6 },
  );
  for (const archive of archives) expect(await archive.differing('retention_schedule')).toBe(0);
});
