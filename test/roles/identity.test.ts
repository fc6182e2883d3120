import { afterAll, beforeAll, expect, test } from 'vitest';
import { fillAccessOnce } from '#index/postgres/fill-access';
import { identityDesk } from '#index/postgres/identity-desk';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { identityPorts, said, sliceOf } from '../identity/people.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { loggedIn } from './roles.js';

let archive: ArchiveCore;
beforeAll(async () => {
  archive = await archiveCore();
  await onboard(archive.pool, 'HOSP-A');
  await archive.send([sliceOf(1, 'P1')]);
  await archive.send([sliceOf(2, 'P2')]);
  await archive.work();
});
afterAll(() => archive.close());

const identifier = (value: string) => ({ authority: 'HOSP-A', value });

test('the edge may say all that there is to say about identity', () =>
  loggedIn(archive.url, 'arkim_api', async (pool) => {
    const desk = identityDesk({ ...identityPorts(archive), pool });
    const pair = { patient: identifier('P1'), other: identifier('P2') };
    const nobody = { names: [], birthDate: '1970', sex: '' };
    const [merge, move] = [said(), said()];
    const { ids } = archive.ingest;
    const patient = ids.patient('HOSP-A', 'P1');
    const changed = { ok: true, changed: true };
    expect(await desk.identify(said(), identifier('P1'), nobody)).toEqual(changed);
    expect(await desk.merge(merge, pair)).toEqual(changed);
    expect(await desk.unmerge(said(), { patient, link: merge.id })).toEqual(changed);
    const moved = { claim: ids.claim('HOSP-A', '1.2.1'), to: identifier('P2') };
    expect(await desk.reassignStudy(move, moved)).toEqual(changed);
    expect(await desk.returnStudy(said(), { patient, move: move.id })).toEqual(changed);
  }));

test('a worker may fill an archive from before, and note that it did', async () => {
  await archive.pool.query('delete from study_access');
  await loggedIn(archive.url, 'arkim_ingest', async (pool) => {
    const { signal } = new AbortController();
    expect(await fillAccessOnce(pool, archive.ingest, signal)).toBe(2);
    expect(await fillAccessOnce(pool, archive.ingest, signal)).toBe(0);
  });
});
