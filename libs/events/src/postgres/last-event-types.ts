import type { Pool, PoolClient } from 'pg';

/** The type of the last event of each stream that exists. */
export async function lastEventTypes(
  db: Pool | PoolClient,
  streams: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query({
    name: 'events-last-types',
    text: `select wanted.stream, last.type from unnest($1::text[]) as wanted (stream)
      cross join lateral (
        select type from events where events.stream = wanted.stream order by version desc limit 1) last`,
    values: [streams],
  });
  return new Map(rows.map(({ stream, type }) => [stream, type]));
}
