import { createHash } from 'node:crypto';
import type { Checkpoint, Recorded } from './event.js';
import { type EventStore, PAGE_EVENTS_MAX } from './event-store.js';

/** A log that takes events as another one has recorded them. */
export interface LogTarget extends EventStore {
  /** Records the events in their order, with the ids, versions, seals and times that they have; those it has already it leaves. */
  record(events: readonly Recorded[]): Promise<void>;
  /** The last event in log order; undefined in an empty log. */
  last(): Promise<Recorded | undefined>;
}

/** What both logs hold after a copy; `digest` is SHA-256 in hex over all their events, in order. */
export type CopyReport = Readonly<{ events: number; digest: string }>;
/** Hears how many events this run has copied, then how many it has compared. */
export type CopyProgress = (stage: 'copied' | 'compared', events: number) => void;

/**
 * Copies a log in which nothing is appended meanwhile, page by page, and then reads both and compares every event. Who begins again goes
 * on after the last event that was copied. Throws when the target holds anything else than a beginning of this log.
 */
export async function copyLog(
  from: EventStore,
  to: LogTarget,
  progress: CopyProgress,
): Promise<CopyReport> {
  let checkpoint = await reached(from, to);
  for (let copied = 0; ; ) {
    const page = await from.after(checkpoint, PAGE_EVENTS_MAX);
    if (page.length === 0) break;
    await to.record(page);
    checkpoint = page.at(-1)?.checkpoint;
    copied += page.length;
    progress('copied', copied);
  }
  return compareLogs(from, to, progress);
}

/** Where in `from` the last event of `to` is. */
async function reached(from: EventStore, to: LogTarget): Promise<Checkpoint | undefined> {
  const last = await to.last();
  if (last === undefined) return undefined;
  for await (const event of from.read(last.stream, last.version - 1)) {
    if (fingerprint(event) !== fingerprint(last)) break;
    return event.checkpoint;
  }
  throw new Error('the target holds an event that this log does not have: it is no copy of it');
}

/** Reads both logs side by side. Throws at the first event that differs. */
async function compareLogs(
  from: EventStore,
  to: EventStore,
  progress: CopyProgress,
): Promise<CopyReport> {
  const [here, there] = [eventsOf(from), eventsOf(to)];
  const digest = createHash('sha256');
  for (let events = 0; ; events++) {
    const [one, other] = await Promise.all([here.next(), there.next()]);
    if (one.done && other.done) return { events, digest: digest.digest('hex') };
    const print = one.done ? '' : fingerprint(one.value);
    if (other.done || print !== fingerprint(other.value))
      throw new Error(`the copy differs from the log in event ${events + 1}`);
    digest.update(print);
    if (events % PAGE_EVENTS_MAX === 0) progress('compared', events);
  }
}

async function* eventsOf(log: EventStore): AsyncGenerator<Recorded, void> {
  let checkpoint: Checkpoint | undefined;
  for (;;) {
    const page = await log.after(checkpoint, PAGE_EVENTS_MAX);
    if (page.length === 0) return;
    yield* page;
    checkpoint = page.at(-1)?.checkpoint;
  }
}

/** All of an event but its place in the whole log. */
const fingerprint = ({ sealed, ...event }: Recorded): string =>
  JSON.stringify([
    event.stream,
    event.version,
    event.id,
    event.type,
    event.schema,
    event.data,
    sealed === undefined ? [] : [sealed.keyId, sealed.nonce, sealed.ciphertext],
    event.recordedAt,
    event.metadata,
  ]);
