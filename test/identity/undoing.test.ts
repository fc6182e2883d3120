import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { peopleOfEdges } from '#archive/identity/people';
import {
  type IdentityPorts,
  identifyPatient,
  linkIdentities,
  mergeIdentities,
  partIdentities,
  tiesOf,
  unlinkIdentities,
  unmergeIdentities,
} from '#index/postgres/identity-commands';
import { reassignStudy, returnStudy } from '#index/postgres/reassign-studies';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { identityPorts, said, sliceOf } from './people.js';

let archive: ArchiveCore;
let ports: IdentityPorts;
beforeAll(async () => {
  archive = await archiveCore();
  ports = identityPorts(archive);
  await onboard(archive.pool, 'HOSP-A', 'HOSP-B');
});
afterAll(() => archive.close());

const TABLES = [
  'identity_links',
  'study_moves',
  'patient_ids',
  'birth-dates',
  'study_access',
] as const;
const EQUAL = { missing: 0, extra: 0, changed: 0 };

const identifier = (value: string, authority = 'HOSP-A') => ({ authority, value });
const idOf = (value: string) => archive.ingest.ids.patient('HOSP-A', value);
const store = async (study: number, patient: string) => {
  await archive.send([sliceOf(study, patient)]);
  await archive.work();
};
/** Everything that hangs on persons, in a comparable form. */
const persons = async () => {
  const { rows } = await archive.pool.query(
    `select 'id ' || patient as of, person from patient_ids
     union all select 'study ' || claim, person from study_access
     union all select 'flag ' || patient, person from person_flags order by 1`,
  );
  return rows;
};
const claimOf = (study: number) => archive.ingest.ids.claim('HOSP-A', `1.2.${study}`);
const ofStudy = async (study: number) => {
  const { rows } = await archive.pool.query(
    'select patient, person, origin from study_access where claim = $1',
    [claimOf(study)],
  );
  return rows[0];
};

test('R-004: a merged person is one in both hospitals, and an un-merge restores exactly what was', async () => {
  await store(1, 'A1');
  await store(2, 'A2');
  const before = await persons();
  const merge = said();
  const pair = { patient: identifier('A1'), other: identifier('A2') };
  expect(await mergeIdentities(ports, merge, pair)).toEqual({ ok: true, changed: true });
  expect(await mergeIdentities(ports, merge, pair)).toEqual({ ok: true, changed: false });
  expect((await ofStudy(1)).person).toBe((await ofStudy(2)).person);
  expect((await ofStudy(2)).patient).toBe(idOf('A2'));
  const undo = { patient: idOf('A1'), link: merge.id };
  expect(await unmergeIdentities(ports, said(), undo)).toEqual({ ok: true, changed: true });
  expect(await persons()).toEqual(before);
});

test('an un-merge leaves what was linked since, whatever the order', async () => {
  const [first, second, third] = [said(), said(), said()];
  await mergeIdentities(ports, first, { patient: identifier('B1'), other: identifier('B2') });
  await linkIdentities(ports, second, { patient: identifier('B2'), other: identifier('B3') });
  await linkIdentities(ports, third, { patient: identifier('B1'), other: identifier('B4') });
  await store(10, 'B3');
  await unmergeIdentities(ports, said(), { patient: idOf('B1'), link: first.id });
  const people = new Map((await persons()).map(({ of, person }) => [of, person]));
  expect(people.get(`id ${idOf('B1')}`)).toBe(people.get(`id ${idOf('B4')}`));
  expect(people.get(`id ${idOf('B2')}`)).toBe(people.get(`id ${idOf('B3')}`));
  expect(people.get(`id ${idOf('B1')}`)).not.toBe(people.get(`id ${idOf('B2')}`));
  expect((await ofStudy(10)).person).toBe(people.get(`id ${idOf('B2')}`));
});

test('two identifiers are parted without knowing how they were tied, from either side', async () => {
  const pair = { patient: identifier('C1'), other: identifier('C2') };
  await linkIdentities(ports, said(), pair);
  await mergeIdentities(ports, said(), { patient: pair.other, other: pair.patient });
  expect(await tiesOf(ports, pair.other)).toHaveLength(2);
  expect(await partIdentities(ports, said(), pair)).toEqual({ ok: true, changed: true });
  expect(await tiesOf(ports, pair.other)).toEqual([]);
});

test('links of one person that come at the same moment are all there', async () => {
  const values = Array.from({ length: 8 }, (_, index) => `D${index}`);
  const pairs = values.slice(1).map((value, index) => ({
    patient: identifier(values[index] ?? ''),
    other: identifier(value),
  }));
  await Promise.all([
    ...pairs.map((pair) => linkIdentities(ports, said(), pair)),
    ...values.map((value, index) => archive.send([sliceOf(20 + index, value)])),
  ]);
  await Promise.all([archive.work(), partIdentities(ports, said(), pairs[3] ?? pairs[0]!)]);
  const edges = (await archive.pool.query('select patient, other from identity_links where stands'))
    .rows;
  const people = peopleOfEdges(values.map(idOf), edges);
  for (const [index, value] of values.entries())
    expect((await ofStudy(20 + index)).person).toBe(people.get(idOf(value)));
});

test('a study that was stored for the wrong patient is given to the right one, and back', async () => {
  await store(40, 'E1');
  await identifyPatient(ports, said(), identifier('E2'), { names: [], birthDate: '', sex: '' });
  const move = said();
  const moving = { claim: claimOf(40), to: identifier('E2') };
  expect(await reassignStudy(ports, move, moving)).toEqual({ ok: true, changed: true });
  expect(await ofStudy(40)).toEqual({
    patient: idOf('E2'),
    person: idOf('E2'),
    origin: idOf('E1'),
  });
  await linkIdentities(ports, said(), { patient: identifier('E2'), other: identifier('E3') });
  expect((await ofStudy(40)).person).toBe([idOf('E2'), idOf('E3')].sort()[0]);
  const back = { patient: idOf('E1'), move: move.id };
  expect(await returnStudy(ports, said(), back)).toEqual({ ok: true, changed: true });
  expect(await ofStudy(40)).toEqual({
    patient: idOf('E1'),
    person: idOf('E1'),
    origin: idOf('E1'),
  });
});

test('a study that names nobody is given to a patient, and is nobody’s again', async () => {
  await store(50, '');
  await identifyPatient(ports, said(), identifier('F1'), { names: [], birthDate: '', sex: '' });
  const move = said();
  const moving = { claim: claimOf(50), to: identifier('F1') };
  expect(await reassignStudy(ports, move, moving)).toEqual({ ok: true, changed: true });
  expect(await ofStudy(50)).toEqual({ patient: idOf('F1'), person: idOf('F1'), origin: '' });
  const back = { patient: claimOf(50), move: move.id };
  expect(await returnStudy(ports, said(), back)).toEqual({ ok: true, changed: true });
  expect(await ofStudy(50)).toEqual({ patient: '', person: '', origin: '' });
});

type Done = Readonly<{ kind: 'link' | 'merge'; link: string; patient: string; other: string }>;
let nextStudy = 1_000;

/** Does random things to patients of one prefix and says, by the model, which ties stand in the end. */
const play = async (prefix: string, steps: readonly Step[]): Promise<readonly Done[]> => {
  const standing: Done[] = [];
  for (const { act, one, two, pick } of steps) {
    const [patient, other] = [`${prefix}-${one}`, `${prefix}-${two}`];
    if (act === 'store') await store(nextStudy++, patient);
    else if (act === 'undo') {
      const [tie] = standing.splice(pick % Math.max(standing.length, 1), 1);
      const undo = tie?.kind === 'merge' ? unmergeIdentities : unlinkIdentities;
      if (tie !== undefined) await undo(ports, said(), { patient: tie.patient, link: tie.link });
    } else if (one !== two) {
      const tie = act === 'merge' ? mergeIdentities : linkIdentities;
      const link = randomUUID();
      await tie(ports, said(link), { patient: identifier(patient), other: identifier(other) });
      standing.push({ kind: act, link, patient: idOf(patient), other: idOf(other) });
    }
  }
  return standing;
};

type Step = Readonly<{
  act: 'link' | 'merge' | 'undo' | 'store';
  one: number;
  two: number;
  pick: number;
}>;
const step: fc.Arbitrary<Step> = fc.record({
  act: fc.constantFrom('link' as const, 'merge' as const, 'undo' as const, 'store' as const),
  one: fc.nat({ max: 5 }),
  two: fc.nat({ max: 5 }),
  pick: fc.nat({ max: 20 }),
});
let game = 0;

test('random links, merges, undoings and studies: persons are what the standing ties make them, and a study never changes its patient', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const prefix = `G${game++}`;
      const ties = await play(prefix, steps);
      const own = Array.from({ length: 6 }, (_, index) => idOf(`${prefix}-${index}`));
      const people = peopleOfEdges(own, ties);
      const { rows } = await archive.pool.query(
        `select patient, person from patient_ids where patient = any($1)
         union all select patient, person from study_access where patient = any($1)
         union all select patient, person from person_flags where patient = any($1)`,
        [own],
      );
      for (const { patient, person } of rows) expect(person).toBe(people.get(patient));
    }),
    { numRuns: 8 },
  );
  const moved = await archive.pool.query(
    'select 1 from study_access where patient <> origin and claim <> all(select claim from study_moves where stands)',
  );
  expect(moved.rowCount).toBe(0);
});

test('the log replayed gives the same tables', async () => {
  for (const table of TABLES) {
    const report = await archive.rebuildTable(table);
    expect([table, report]).toMatchObject([table, EQUAL]);
  }
});
