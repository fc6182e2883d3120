import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { HoldOrder, WantedHold } from '#index/hold-desk';
import type { FactPorts } from '#index/postgres/commit-facts';
import { holdDesk } from '#index/postgres/hold-desk';
import { isHeld, seemHeld } from '#index/postgres/is-held';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { factPorts } from '../../apps/archive-api/src/governance/governance.module.js';
import { holdsFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sliceOf } from '../identity/people.js';
import { archiveCore } from '../support/archive-core.js';

const REVIEW_DUE = '2027-11-22T10:00:00.000Z';
export const AT = '2026-11-22T10:00:00.000Z';

/** An archive that stores studies `1.2.<number>`, with its desk of legal holds and the worker that places them. */
export async function holdsArchive() {
  const archive = await archiveCore();
  const { pool, ingest } = archive;
  const beside = archive.logPlan === undefined ? undefined : archive.log;
  const facts: FactPorts = factPorts(pool, ingest.keys, beside);
  const desk = holdDesk(facts);
  const placeOnce = holdsFrom(pool, beside);
  await onboard(pool, 'HOSP-A', 'HOSP-B');
  /* Transactions of other tests on this server are waited for: they might have stored something. */
  const isIdle = async () => {
    const { rows } = await pool.query(
      `select (select count(*)::int from hold_queue) + (select count(*)::int from hold_work) as waiting`,
    );
    return rows[0].waiting === 0;
  };
  const order = (actor = 'anna', hospital = 'HOSP-A'): HoldOrder => ({
    ...{ id: randomUUID(), actor, hospital, at: AT },
  });
  return {
    archive,
    pool,
    facts,
    desk,
    placeOnce,
    order,
    claimOf: (study: number, hospital = 'HOSP-A') => ingest.ids.claim(hospital, `1.2.${study}`),
    store: async (study: number, patient: string, { hospital = 'HOSP-A', instance = 1 } = {}) => {
      await archive.send([sliceOf(study, patient, { instance })], hospital);
      await archive.work();
    },
    /** The id of a case that was opened. */
    open: async (wanted: Partial<WantedHold>, by: HoldOrder = order()): Promise<string> => {
      const nothing = { patient: '', claim: '', criteria: null };
      const said = { reason: 'a lawsuit', reviewDue: REVIEW_DUE };
      const outcome = await desk.open(by, { scope: 'study', ...nothing, ...said, ...wanted });
      if (!outcome.ok) throw new Error(outcome.refusal);
      return by.id;
    },
    /** Two people let it go. */
    release: async (hold: string, hospital = 'HOSP-A') => {
      const asked = { kind: 'ask-release', reason: 'settled' } as const;
      await desk.act(order('anna', hospital), hold, asked);
      return desk.act(order('bert', hospital), hold, { kind: 'release', note: '' });
    },
    /** Lets the worker do all that there is to do. */
    place: () =>
      vi.waitUntil(
        async () => {
          while ((await placeOnce()).isBusy);
          return isIdle();
        },
        { timeout: 30_000, interval: 10 },
      ),
    isHeld: async (claim: string): Promise<boolean> => {
      const client = await pool.connect();
      try {
        await client.query('begin');
        return await isHeld(client, claim);
      } finally {
        await client.query('rollback');
        client.release();
      }
    },
    seemHeld: (claims: readonly string[]) => seemHeld(pool, claims),
    /** What a study's stream says of holds, as `type hold`. */
    placements: async (claim: string): Promise<readonly string[]> => {
      const told = (await archive.facts()).filter(
        ({ stream }) => stream === `disposition-${claim}`,
      );
      return told.map(({ type, data }) => `${type} ${(data as { hold: string }).hold}`);
    },
    close: () => archive.close(),
  };
}

export type HoldsArchive = Awaited<ReturnType<typeof holdsArchive>>;
