import { setTimeout as sleep } from 'node:timers/promises';
import { AccessDeniedError, ErrorType, UnsupportedError } from '@kurrent/kurrentdb-client';
import { EventStoreUnavailable } from '../event-store-unavailable.js';

/** The longest that a call may take, with all its attempts. */
const PATIENCE_MS_MAX = 60_000;
/** Waits between the attempts of one call; there is one attempt more than waits. */
const WAITS_MS = [50, 100, 200, 400, 800, 1_600];
/* gRPC: CANCELLED, DEADLINE_EXCEEDED, ABORTED (the server's own time for a write has run out), UNAVAILABLE. */
const PASSING_CODES = new Set([1, 4, 10, 14]);
const PERMISSION_DENIED = 7;
const PASSING_TYPES = new Set<unknown>([
  ErrorType.CANCELLED,
  ErrorType.DEADLINE_EXCEEDED,
  ErrorType.NOT_LEADER,
  ErrorType.TIMEOUT,
  ErrorType.UNAVAILABLE,
]);

/**
 * Calls the server, again after a while when it's away, in time or never. The call must be one that may happen twice; it's
 * told how many calls went before it. Throws EventStoreUnavailable when patience is over.
 */
export async function callServer<T>(call: (before: number) => Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const patience = { over: false };
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      patience.over = true;
      reject(new EventStoreUnavailable(`KurrentDB did not answer within ${PATIENCE_MS_MAX} ms`));
    }, PATIENCE_MS_MAX);
  });
  try {
    return await Promise.race([callAgain(call, patience), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function callAgain<T>(
  call: (before: number) => Promise<T>,
  patience: Readonly<{ over: boolean }>,
): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      const wait = WAITS_MS[attempt];
      if (wait === undefined || patience.over || !isPassing(error)) throw asFault(error);
      await sleep(wait);
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof EventStoreUnavailable) return false;
  if ('type' in error) return PASSING_TYPES.has(error.type);
  return 'code' in error && PASSING_CODES.has(Number(error.code));
}

/* The client leaves this code of the newer calls as it is. */
const isForbidden = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === PERMISSION_DENIED;

function asFault(error: unknown): unknown {
  if (isPassing(error))
    return new EventStoreUnavailable('KurrentDB does not answer', { cause: error });
  if (error instanceof AccessDeniedError || isForbidden(error))
    return new Error('KurrentDB refuses the credentials of its URL', { cause: error });
  if (error instanceof UnsupportedError)
    return new Error('KurrentDB is too old: version 25.1 or newer is needed', { cause: error });
  return error;
}
