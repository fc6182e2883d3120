import { ObjectStoreUnavailable } from '../object-store.js';

/** S3 answered, but not with what was asked for. `repeated`: an attempt before it had no answer, and may have done the work. */
export class S3Failure extends ObjectStoreUnavailable {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly repeated: boolean,
  ) {
    super(`S3 answered ${status} ${code}`);
  }
}

const TRANSIENT_STATUSES: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

/** Codes that S3 gives with other statuses as well, 200 among them. */
const TRANSIENT_CODES: ReadonlySet<string> = new Set([
  'InternalError',
  'RequestTimeout',
  'ServiceUnavailable',
  'SlowDown',
  'ConditionalRequestConflict',
  'ConcurrentModification',
  'OperationAborted',
]);

/** Names of errors of sockets, of name look-up and of the HTTP client that the next attempt may not meet. */
const TRANSIENT_ERRORS: ReadonlySet<string> = new Set([
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

/** Whether asking again may help. */
export function isTransient(error: unknown): boolean {
  if (error instanceof S3Failure)
    return TRANSIENT_STATUSES.has(error.status) || TRANSIENT_CODES.has(error.code);
  return TRANSIENT_ERRORS.has(errorCode(error));
}

/** Whether the request may have done its work although this came of it. */
export function isUncertain(error: unknown): boolean {
  if (error instanceof S3Failure) return error.status >= 500 || error.status === 200;
  return !['ECONNREFUSED', 'UND_ERR_CONNECT_TIMEOUT', 'EAI_AGAIN', 'ENOTFOUND'].includes(
    errorCode(error),
  );
}

/** What is told of an error that came instead of an answer; what is no error of a connection stays as it is. */
export function unavailable(error: unknown): unknown {
  const code = errorCode(error);
  if (error instanceof ObjectStoreUnavailable || code === '') return error;
  return new ObjectStoreUnavailable(`S3 gave no answer: ${code}`, { cause: error });
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
