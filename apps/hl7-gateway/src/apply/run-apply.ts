import type { Pool } from 'pg';
import type { Log } from '#platform/log';
import { type ApplyPorts, applyMessage } from './apply-message.js';
import {
  forgetSettled,
  putBack,
  settleApplied,
  settleDead,
  takeWaiting,
  type WaitingMessage,
} from './waiting-messages.js';

export type ApplyLoop = Readonly<{
  ports: ApplyPorts;
  pool: Pool;
  log: Log;
  /** Resolves when a message may be waiting, at the latest after `ms`. */
  awaitWork: (ms: number) => Promise<void>;
}>;

const LANES = 2;
const IDLE_MS = 1_000;
/** With what is waited between them, some twenty minutes. */
const ATTEMPTS_MAX = 12;
/** So many rounds of a lane between two looks at what may be forgotten. */
const FORGET_EVERY = 1_000;

/** Applies what is kept until `signal` aborts; what is under way is finished first. */
export async function runApply(loop: ApplyLoop, signal: AbortSignal): Promise<void> {
  await Promise.all(Array.from({ length: LANES }, () => runLane(loop, signal)));
}

const runLane = async (loop: ApplyLoop, signal: AbortSignal): Promise<void> => {
  for (let round = 0; !signal.aborted; round++) {
    try {
      if (round % FORGET_EVERY === 0) await forgetSettled(loop.pool);
      if (!(await applyNext(loop))) await loop.awaitWork(IDLE_MS);
    } catch (err) {
      loop.log.error({ err }, 'messages could not be applied; it goes on');
      await loop.awaitWork(IDLE_MS);
    }
  }
};

/** Applies the next message; false when none may be. */
export async function applyNext(loop: Omit<ApplyLoop, 'awaitWork'>): Promise<boolean> {
  const message = await takeWaiting(loop.pool);
  if (message === undefined) return false;
  await applyTaken(loop, message);
  return true;
}

const applyTaken = async (
  { ports, pool, log }: Omit<ApplyLoop, 'awaitWork'>,
  message: WaitingMessage,
): Promise<void> => {
  const { id, hospital, attempt } = message;
  try {
    const refused = await applyMessage(ports, message);
    if (refused === undefined) await settleApplied(pool, id);
    else await settleDead(pool, id, refused);
    if (refused !== undefined) log.warn({ id, hospital, reason: refused }, 'a message is dead');
  } catch (err) {
    log.error({ err, id, hospital, attempt }, 'a message could not be applied');
    if (attempt < ATTEMPTS_MAX) await putBack(pool, message);
    else await settleDead(pool, id, 'fault');
  }
};
