import type { Checkpoint, Recorded } from './event.js';
import type { EventStore } from './event-store.js';

/** The most events of one `apply`, unless the caller says less. */
export const BATCH_EVENTS_MAX = 500;

/** A read model, disposable: a new `version` is built beside the old one (design D13). It cannot tell replay from live. */
export interface Projection {
  readonly name: string;
  readonly version: number;
  /** The last checkpoint that was applied; undefined before the first. */
  checkpoint(): Promise<Checkpoint | undefined>;
  /** Writes the rows of the batch and `checkpoint` in one transaction: a crash repeats nothing, skips nothing. */
  apply(events: readonly Recorded[], checkpoint: Checkpoint): Promise<void>;
}

export type Pace = Readonly<{ signal: AbortSignal; batchEventsMax?: number }>;
/** `wake` takes a function to call when events may have come, and gives one that ends this. */
export type LivePace = Pace & Readonly<{ pollMs: number; wake?: Wake }>;
export type Wake = (ring: () => void) => () => void;

/** Applies batch after batch until the head of the log. Live tail and full replay are this one loop: a replay has no checkpoint yet. */
export async function catchUp(
  store: EventStore,
  projection: Projection,
  { signal, batchEventsMax = BATCH_EVENTS_MAX }: Pace,
): Promise<void> {
  let checkpoint = await projection.checkpoint();
  while (!signal.aborted) {
    const events = await store.after(checkpoint, batchEventsMax);
    const last = events.at(-1);
    if (last === undefined) return;
    await projection.apply(events, last.checkpoint);
    checkpoint = last.checkpoint;
  }
}

/** Catches up at once, at each wake, and every `pollMs`, until aborted. A fault ends it: the caller's loop backs off and starts it again. */
export async function runSubscription(
  store: EventStore,
  projection: Projection,
  pace: LivePace,
): Promise<void> {
  const bell = doorbell(pace.signal);
  const takeDown = pace.wake?.(bell.ring);
  try {
    while (!pace.signal.aborted) {
      await catchUp(store, projection, pace);
      await bell.wait(pace.pollMs);
    }
  } finally {
    takeDown?.();
  }
}

/** A ring while nobody waits makes the next wait end at once. */
function doorbell(signal: AbortSignal) {
  let rung = false;
  let answer = () => {};
  const ring = () => {
    rung = true;
    answer();
  };
  const rest = (ms: number) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(() => answer(), ms);
      answer = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', answer);
        resolve();
      };
      signal.addEventListener('abort', answer, { once: true });
    });
  const wait = async (ms: number) => {
    if (!rung && !signal.aborted) await rest(ms);
    rung = false;
  };
  return { ring, wait };
}
