import { vi } from 'vitest';
import { opaqueIds } from '#index/opaque-ids';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import type { Ports } from '../../apps/archive-api/src/ports.js';
import { changesFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sliceOf } from '../identity/people.js';
import { archiveCore, TEST_SECRETS } from '../support/archive-core.js';

/** One item of the feed, as the agency reads it. */
export type Item = Readonly<{
  cursor: string;
  claim: string;
  hospital: string;
  kind: string;
  at: string;
}>;
export type Page = Readonly<{ items: readonly Item[]; next: string; more: boolean }>;

/** An archive whose edge tells the agency what becomes of studies. `pass` turns the clocks on. */
export async function changesArchive(changes: Partial<Omit<Ports, 'keys'>> = {}) {
  const archive = await archiveCore();
  let passedMs = 0;
  const wallMs = () => Date.now() + passedMs;
  const { keys } = archive.ingest;
  const ids = opaqueIds(TEST_SECRETS.lookupKey);
  const api: TestApi = await testApi(archive.pool, {
    ...{ ids, keys, objects: archive.store, wallMs },
    ...changes,
  });
  await onboard(archive.pool, 'HOSP-A', 'HOSP-B');
  const tellOnce = changesFrom(
    archive.pool,
    archive.logPlan === undefined ? undefined : archive.log,
    wallMs,
  );
  /* Transactions of other tests on this server keep what was appended from being read for a moment (design D16). */
  const allIsReadable = async (): Promise<boolean> => {
    const { rows } = await archive.pool.query(
      'select coalesce(max(xid) < pg_snapshot_xmin(pg_current_snapshot()), true) as readable from events',
    );
    return rows[0].readable;
  };
  const tell = async (): Promise<number> => {
    await vi.waitUntil(allIsReadable, { timeout: 20_000, interval: 10 });
    let changes = 0;
    for (let isBusy = true; isBusy; ) {
      const told = await tellOnce({ sweep: false });
      changes += told.changes;
      isBusy = told.isBusy || told.events > 0;
    }
    return changes;
  };
  const get = async (path: string, token: string) => {
    const answer = await fetch(api.url + path, { headers: { authorization: `Bearer ${token}` } });
    // biome-ignore lint/suspicious/noExplicitAny: answers are looked into field by field
    return { status: answer.status, json: (await answer.json()) as any };
  };
  const agency = await api.token('agency', 'AGENCY');
  return {
    archive,
    api,
    ids,
    get,
    agency,
    tell,
    tellOnce,
    pass: (hours: number) => {
      passedMs += hours * 3_600_000;
    },
    store: async (hospital: string, study: number, patient: string, instance = 1) => {
      await archive.send([sliceOf(study, patient, { instance })], hospital);
      await archive.work();
    },
    claimOf: (hospital: string, study: number) => ids.claim(hospital, `1.2.${study}`),
    /** What the agency reads behind a cursor. */
    read: async (query = ''): Promise<Page> =>
      (await get(`/governance/changes${query}`, agency)).json as Page,
    close: async () => {
      await api.close();
      await archive.close();
    },
  };
}

export type ChangesArchive = Awaited<ReturnType<typeof changesArchive>>;
