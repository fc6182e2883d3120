import type { PoolClient } from 'pg';

/** What of a client's socket a flight needs; clients that aren't corked send each statement by itself. */
type Corkable = Readonly<{ connection?: { stream?: { cork?(): void; uncork?(): void } } }>;

/** What PostgreSQL answers to a statement because one before it has failed. */
const TRANSACTION_ABORTED = '25P02';

/**
 * Sends all statements that `issue` begins as one write: each write wakes PostgreSQL, and that costs more than the statement.
 * `issue` begins them at once; what it awaits afterwards is sent as ever. Resolves when all have, or throws what failed first:
 * what the transaction refused because of that is not the cause.
 */
export async function flight<const T extends readonly unknown[]>(
  client: PoolClient,
  issue: () => T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  const begun = corked(client, issue);
  const results = await Promise.allSettled(begun);
  const failures = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (failures.length > 0) throw failures.find((failure) => !isConsequence(failure)) ?? failures[0];
  return Promise.all(begun);
}

const corked = <T>(client: PoolClient, issue: () => T): T => {
  const stream = (client as Corkable).connection?.stream;
  stream?.cork?.();
  try {
    return issue();
  } finally {
    stream?.uncork?.();
  }
};

const isConsequence = (failure: unknown) =>
  failure instanceof Error && 'code' in failure && failure.code === TRANSACTION_ABORTED;
