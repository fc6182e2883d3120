import type { PoolClient } from 'pg';

/** What of a client's socket a flight needs; clients that aren't corked send each statement by itself. */
type Corkable = Readonly<{ connection?: { stream?: { cork?(): void; uncork?(): void } } }>;

/**
 * Sends all statements that `issue` begins as one write: each write wakes PostgreSQL, and that costs more than the statement.
 * `issue` begins them at once; what it awaits afterwards is sent as ever.
 */
export function flight<T>(client: PoolClient, issue: () => Promise<T>): Promise<T> {
  const stream = (client as Corkable).connection?.stream;
  stream?.cork?.();
  try {
    return issue();
  } finally {
    stream?.uncork?.();
  }
}
