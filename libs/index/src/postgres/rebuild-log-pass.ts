import type { PoolClient } from 'pg';
import type { Checkpoint, Recorded } from '#events/event';
import { EVENT_BYTES_MAX, type EventStore, PAGE_BYTES_MAX } from '#events/event-store';

const PAGE_EVENTS = 500;
/** When so few facts came while the pass ran to the head, it is near enough: stores that go on would keep it from ever being reached. */
export const NEAR_HEAD_EVENTS = 64;
/** A page that its bytes end has no fewer events: a shorter one was the last. */
const SHORT_PAGE_EVENTS = PAGE_BYTES_MAX / EVENT_BYTES_MAX;
/** How often `drain` waits for older transactions before it gives up, and how long each time: a second in all. */
const DRAIN_WAITS_MAX = 50;
const DRAIN_WAIT_SECONDS = 0.02;

export type LogPassOptions = Readonly<{
  log: EventStore;
  /** The log is not in the client's database: it's at its end when it gives no more. */
  beside: boolean;
  /** A page of the log, never an empty one. */
  apply: (page: readonly Recorded[]) => Promise<void>;
  progress?: (events: number) => void;
}>;

/** One reading of the whole log, page by page, as far as it has come. */
export type LogPass = Readonly<{
  events: () => number;
  /** Applies pages until the fact that was the last one at the beginning has passed; answers with the number of facts. A page may be short before the head. It never ends before `eventsMin` of the log have passed. */
  upToHead: (eventsMin?: number) => Promise<number>;
  nearHead: () => Promise<void>;
  /** Applies all there is, when that is at most so many facts; answers whether it did. It waits a bounded time for unrelated transactions that are older. */
  drain: (eventsMax: number) => Promise<boolean>;
  /** Whether all has been applied that the log holds, as far as the client's transaction sees it. */
  isAtHead: () => Promise<boolean>;
}>;

/** Begins before the first fact. `client` asks for the head; `apply` writes what it likes, and is never called twice at once. */
export function logPass(client: PoolClient, options: LogPassOptions): LogPass {
  const { log, beside, apply, progress } = options;
  let at: Checkpoint | undefined;
  let events = 0;
  const next = async (eventsMax = Number.POSITIVE_INFINITY) => {
    const page = await log.after(at, Math.min(PAGE_EVENTS, eventsMax + 1));
    if (page.length > eventsMax) return undefined;
    if (page.length > 0) await apply(page);
    at = page.at(-1)?.checkpoint ?? at;
    events += page.length;
    progress?.(events);
    return page;
  };
  const upToHead = async (eventsMin = 0) => {
    const head = beside ? undefined : await logHead(client);
    const isLast = (page: readonly Recorded[]) =>
      beside ? page.length < SHORT_PAGE_EVENTS : page.some(({ checkpoint }) => checkpoint === head);
    const before = events;
    for (let page = await next(); page?.length; page = await next())
      if (isLast(page) && events >= eventsMin) break;
    return events - before;
  };
  /** All that can be read now; false: it's more than so many. */
  const readable = async (upTo: number) => {
    let page = await next(upTo - events);
    while (page?.length) page = await next(upTo - events);
    return page !== undefined;
  };
  return {
    events: () => events,
    upToHead,
    nearHead: async () => {
      while ((await upToHead()) > NEAR_HEAD_EVENTS);
    },
    drain: async (eventsMax) => {
      const upTo = events + eventsMax;
      for (let waits = 0; waits < DRAIN_WAITS_MAX; waits++) {
        /* Asked for each time: an operator's command may append without the lock. */
        const head = beside ? undefined : await logHead(client);
        if (!(await readable(upTo))) return false;
        if (beside || at === head) return true;
        await client.query('select pg_sleep($1)', [DRAIN_WAIT_SECONDS]);
      }
      return false;
    },
    isAtHead: async () =>
      beside ? (await log.after(at, 1)).length === 0 : (await logHead(client)) === at,
  };
}

/** The checkpoint of the last fact that the client sees; undefined in an empty log. */
async function logHead(client: PoolClient): Promise<string | undefined> {
  const { rows } = await client.query(
    `select xid::text || ':' || position as head from events order by xid desc, position desc limit 1`,
  );
  return rows[0]?.head;
}
