import type { PoolClient } from 'pg';

/** Makes a client send named statements without their names: each is prepared and run at once, in whatever session it comes to. */
export function dropNames(client: PoolClient): void {
  const send = client.query.bind(client) as (...args: readonly unknown[]) => unknown;
  const nameless = (query: unknown, ...rest: readonly unknown[]) =>
    send(withoutName(query), ...rest);
  client.query = nameless as typeof client.query;
}

function withoutName(query: unknown): unknown {
  if (typeof query !== 'object' || query === null || !('name' in query)) return query;
  const { name, ...rest } = query;
  return rest;
}
