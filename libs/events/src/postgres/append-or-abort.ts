import type { PoolClient } from 'pg';
import { expectedHeads } from '../append/append-all.js';
import { toRows } from '../append/rows.js';
import { AppendConflict } from '../append-conflict.js';
import type { Append } from '../event-store.js';
import { INSERT_EVENTS, UNIQUE_VIOLATION } from './postgres-recorder.js';

/* A division by zero is the plainest way for a statement to fail its transaction. */
const INSERT_OR_ABORT = {
  name: 'events-append-or-abort',
  text: `with written as (${INSERT_EVENTS.text} returning version)
    select 1 / (count(*) = $3)::int as whole from written`,
};
const DIVISION_BY_ZERO = '22012';

/**
 * Writes the appends, or throws AppendConflict and leaves the caller's transaction failed, so that a commit sent right behind does nothing.
 * A repeat is a conflict here. Throws a fault when the appends of a stream don't follow on each other.
 */
export async function appendOrAbort(client: PoolClient, appends: readonly Append[]): Promise<void> {
  if (appends.length === 0) return;
  const rows = toRows(appends);
  const heads = expectedHeads(appends);
  if (heads === undefined) throw new Error('appends of a stream follow on each other');
  try {
    const values = [JSON.stringify(rows), JSON.stringify(heads), rows.length];
    await client.query({ ...INSERT_OR_ABORT, values });
  } catch (error) {
    throw isConflict(error) ? new AppendConflict('not appended', { cause: error }) : error;
  }
}

const isConflict = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === UNIQUE_VIOLATION || error.code === DIVISION_BY_ZERO);
