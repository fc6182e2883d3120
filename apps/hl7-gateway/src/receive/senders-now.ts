import type { Pool } from 'pg';
import { type Sender, sendersOf } from './senders.js';

/** A change of a hospital's settings, or its suspension, counts after this. */
const TRUSTED_MS = 2_000;
const HOSPITALS_MAX = 10_000;

/** The senders of all hospitals that are served now, read at most once in a while. */
export function sendersNow(pool: Pool, nowMs: () => number): () => Promise<readonly Sender[]> {
  let known: Readonly<{ senders: Promise<readonly Sender[]>; untilMs: number }> | undefined;
  return () => {
    if (known === undefined || nowMs() >= known.untilMs) {
      const senders = readSenders(pool);
      const fresh = { senders, untilMs: nowMs() + TRUSTED_MS };
      known = fresh;
      /* What could not be read is asked for again by the next one. */
      senders.catch(() => {
        if (known === fresh) known = undefined;
      });
    }
    return known.senders;
  };
}

const readSenders = async (pool: Pool): Promise<readonly Sender[]> => {
  const { rows } = await pool.query({
    name: 'hl7-senders',
    text: `select hospital, settings, frozen from hospitals
      where status = 'active' and settings ? 'hl7' order by hospital limit $1`,
    values: [HOSPITALS_MAX],
  });
  return sendersOf(rows);
};
