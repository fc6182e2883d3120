import type { Pool } from 'pg';
import type { Log } from '#platform/log';
import { isOutage } from '#storage/outage';
import {
  type ChangedClaim,
  looked,
  putOff,
  queueLost,
  takeChanged,
} from './manifests/changed-claims.js';
import type { Published } from './manifests/publish-manifest.js';

const ROUND_MS = 2_000;
/** A manifest can wait, stores can't: after each it rests this many times as long as it took. Who may know of a study doesn't wait. */
const REST = 4;

export type ManifestLoop = Readonly<{
  publish: (claim: string) => Promise<Published>;
  /** Looks which policy is in force. */
  look: () => Promise<void>;
  pool: Pool;
  log: Log;
  pause: (ms: number) => Promise<void>;
}>;

/** Publishes, replaces and withdraws manifests as what they say or who may know of it changes, until `signal` aborts. */
export async function runManifests(loop: ManifestLoop, signal: AbortSignal): Promise<void> {
  await queueLost(loop.pool).catch((err) =>
    loop.log.warn({ err }, 'lost manifests were not looked for'),
  );
  while (!signal.aborted) {
    try {
      await publishDue(loop, signal);
    } catch (error) {
      loop.log[isOutage(error) ? 'warn' : 'error']({ err: error }, 'manifests wait');
    }
    await loop.pause(ROUND_MS);
  }
}

/** As long as some are due. */
async function publishDue(loop: ManifestLoop, signal: AbortSignal): Promise<void> {
  for (let due = await takeChanged(loop.pool); due.length > 0; due = await takeChanged(loop.pool)) {
    await loop.look();
    for (const changed of due) {
      if (signal.aborted) return;
      const startedMs = performance.now();
      await publishOne(loop, changed);
      if (!changed.urgent) await loop.pause((performance.now() - startedMs) * REST);
    }
  }
}

async function publishOne(
  { publish, pool, log }: Omit<ManifestLoop, 'look' | 'pause'>,
  changed: ChangedClaim,
): Promise<void> {
  const { claim } = changed;
  try {
    const { outcome, again } = await publish(claim);
    if (outcome === 'unwritable') log.warn({ claim }, 'a study can have no manifest');
    await looked(pool, changed, again);
  } catch (error) {
    const level = isOutage(error) ? 'warn' : 'error';
    log[level]({ err: error, claim }, 'a manifest could not be made now');
    await putOff(pool, changed);
  }
}
