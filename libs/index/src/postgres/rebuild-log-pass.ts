import type { PoolClient } from 'pg';
import type { Checkpoint, Recorded } from '#events/event';
import type { EventStore } from '#events/event-store';

const PAGE_EVENTS = 500;
/** When so few facts came while the pass ran to the head, it is near enough: stores that go on would keep it from ever being reached. */
const NEAR_HEAD_EVENTS = 64;

export type LogPassOptions = Readonly<{
  log: EventStore;
  /** A page of the log, never an empty one. */
  apply: (page: readonly Recorded[]) => Promise<void>;
  progress?: (events: number) => void;
}>;

/** One reading of the whole log, page by page, as far as it has come. */
export type LogPass = Readonly<{
  /** The last fact that was applied; undefined before the first. */
  at: () => Checkpoint | undefined;
  events: () => number;
  /** Applies pages until the fact that was the last one at the beginning has passed; answers with the number of facts. A page may be short before the head. */
  upToHead: () => Promise<number>;
  nearHead: () => Promise<void>;
  /** Applies all there is. While appends are kept out it only waits for unrelated transactions that are older. */
  drain: () => Promise<void>;
}>;

/** Begins before the first fact. `client` asks for the head; `apply` writes what it likes, and is never called twice at once. */
export function logPass(client: PoolClient, { log, apply, progress }: LogPassOptions): LogPass {
  let at: Checkpoint | undefined;
  let events = 0;
  const next = async () => {
    const page = await log.after(at, PAGE_EVENTS);
    if (page.length > 0) await apply(page);
    at = page.at(-1)?.checkpoint ?? at;
    events += page.length;
    progress?.(events);
    return page;
  };
  const upToHead = async () => {
    const head = await logHead(client);
    const before = events;
    for (let page = await next(); page.length > 0; page = await next())
      if (page.some(({ checkpoint }) => checkpoint === head)) break;
    return events - before;
  };
  return {
    at: () => at,
    events: () => events,
    upToHead,
    nearHead: async () => {
      while ((await upToHead()) > NEAR_HEAD_EVENTS);
    },
    drain: async () => {
      for (;;) {
        /* Asked for each time: an operator's command may append without the lock. */
        const head = await logHead(client);
        while ((await next()).length > 0);
        if (at === head) return;
        await client.query('select pg_sleep(0.02)');
      }
    },
  };
}

/** The checkpoint of the last fact that the client sees; undefined in an empty log. */
export async function logHead(client: PoolClient): Promise<string | undefined> {
  const { rows } = await client.query(
    `select xid::text || ':' || position as head from events order by xid desc, position desc limit 1`,
  );
  return rows[0]?.head;
}
