import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type ArchiveUnderRoles, archiveUnderRoles } from './archive-under-roles.js';

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles();
  await archive.database.pool.query(
    `insert into study_access (claim, hospital, patient, person) values ('c1', 'HOSP-A', 'p1', 'p1')`,
  );
});
afterAll(() => archive.close());

const AT = '2026-11-22T10:00:00.000Z';
const order = (actor: string) => ({ id: randomUUID(), actor, hospital: 'HOSP-A', at: AT });
const placed = async () =>
  (await archive.database.pool.query('select claim from study_holds')).rows.length;
/* What other tests of this server do is waited for. */
const untilPlaced = (count: number) =>
  vi.waitUntil(
    async () => {
      while ((await archive.retention.placeHolds()).isBusy);
      const work = await archive.database.pool.query('select from hold_work');
      return work.rowCount === 0 && (await placed()) === count;
    },
    { timeout: 20_000, interval: 10 },
  );

test('the edge keeps cases and the retention worker brings them to studies, each under its own role', async () => {
  const { holds } = archive.edge;
  const opening = order('anna');
  const nothing = { patient: '', claim: 'c1', criteria: null };
  const wanted = { scope: 'study', ...nothing, reason: 'why', reviewDue: AT } as const;
  expect(await holds.open(opening, wanted)).toEqual({ ok: true });
  await untilPlaced(1);
  expect(await holds.find(opening.id)).toMatchObject({ confirmedStudies: 1 });
  const act = holds.act;
  const { id } = opening;
  const review = { kind: 'review', note: '', reviewDue: AT } as const;
  expect(await act(order('bert'), id, review)).toEqual({ ok: true });
  const ask = { kind: 'ask-release', reason: 'over' } as const;
  expect(await act(order('anna'), id, ask)).toEqual({ ok: true });
  expect(await act(order('bert'), id, { kind: 'decline-release', note: '' })).toEqual({ ok: true });
  expect(await act(order('anna'), id, ask)).toEqual({ ok: true });
  expect(await act(order('bert'), id, { kind: 'release', note: '' })).toEqual({ ok: true });
  await untilPlaced(0);
  expect((await holds.find(id))?.endedAt).not.toBeNull();
});

test('whoever asks whether a study is held is the edge or the retention worker', async () => {
  for (const { pool } of [archive.edge, archive.retention])
    expect((await pool.query(`select lock_held('{c1}')`)).rows).toEqual([]);
  await expect(archive.ingest.pool.query(`select lock_held('{c1}')`)).rejects.toThrow('permission');
});
