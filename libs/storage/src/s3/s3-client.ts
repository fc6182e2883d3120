import type { Readable } from 'node:stream';
import type { Dispatcher, Pool } from 'undici';
import { ObjectStoreUnavailable } from '../object-store.js';
import type { Connections } from './connections.js';
import { type BodyTarget, dispatchInto } from './dispatch-into.js';
import type { HeldBytes } from './held-part.js';
import { S3Failure } from './s3-failure.js';
import { EMPTY_SHA256, type requestSigner } from './sign-request.js';
import type { Patience } from './with-patience.js';

/** Text of an answer that is read at most: a page of a listing is below a megabyte. */
const TEXT_BYTES_MAX = 4 * 1024 ** 2;

/** A request for the object under `key`, or for the bucket without one. */
export type S3Request = Readonly<{
  method: 'DELETE' | 'GET' | 'HEAD' | 'POST' | 'PUT';
  key?: string;
  query?: readonly (readonly [name: string, value: string])[];
  headers?: Readonly<Record<string, string>>;
  body?: HeldBytes;
  /** Another bound than `limits.headersMs`. */
  headersMs?: number;
  signal?: AbortSignal | undefined;
}>;

/** An answer with a status of 200 to 299; its body must be read or destroyed. */
export type S3Answer = Dispatcher.ResponseData;

/** What it takes to speak to one bucket. */
export type S3ClientOptions = Readonly<{
  endpoint: string;
  bucket: string;
  connections: Connections;
  sign: ReturnType<typeof requestSigner>;
  patience: Patience;
  nowMs: () => number;
}>;

/** Requests to one bucket. They throw S3Failure when S3 answers another status, ObjectStoreUnavailable when it doesn't answer, or the signal's reason. */
export type S3Client = Readonly<{
  /** Asks until there is an answer that `take` has taken, within the bounds; so only what may be done twice is asked. */
  ask<T>(request: S3Request, take: (answer: S3Answer) => Promise<T>): Promise<T>;
  /** Asks until an answer has filled the buffer that `target` gives. */
  fill(request: S3Request, target: BodyTarget): Promise<void>;
  /** Asks until there is an answer, whose body is the caller's. */
  open(request: S3Request): Promise<S3Answer>;
}>;

/** A client over `connections`, which stay the caller's to close. */
export function s3Client(options: S3ClientOptions): S3Client {
  const { connections, patience } = options;
  return {
    ask: (request, take) =>
      patience(request.signal, async (repeated) =>
        taken(await attempt(options, connections.requests, { request, repeated }), take),
      ),
    fill: (request, target) =>
      patience(request.signal, async (repeated) => {
        const prepared = prepare(options, request);
        const { status, text } = await dispatchInto(connections.requests, prepared, target);
        if (status !== target.status) throw new S3Failure(status, codeOr(text), repeated);
      }),
    open: (request) =>
      patience(request.signal, (repeated) =>
        attempt(options, connections.streams, { request, repeated }),
      ),
  };
}

async function attempt(
  options: S3ClientOptions,
  pool: Pool,
  { request, repeated }: { request: S3Request; repeated: boolean },
): Promise<S3Answer> {
  const signal = request.signal ?? null;
  const answer = await pool.request({ ...prepare(options, request), signal });
  if (answer.statusCode >= 200 && answer.statusCode < 300) return answer;
  throw new S3Failure(answer.statusCode, codeOr(await taken(answer, textOf)), repeated);
}

/** `reset`: undici would close the connection after each HEAD. */
function prepare({ endpoint, bucket, sign, nowMs }: S3ClientOptions, request: S3Request) {
  const { method, key, query = [], headers = {}, body, headersMs } = request;
  const toSign = {
    method,
    host: new URL(endpoint).host,
    path: key === undefined ? `/${bucket}` : `/${bucket}/${key}`,
    query,
    headers,
    bodySha256: body?.sha256 ?? EMPTY_SHA256,
  };
  const signed = sign(toSign, nowMs());
  const length = body ? { 'content-length': `${body.bytes}` } : {};
  return {
    method,
    path: signed.target,
    headers: { ...signed.headers, ...length },
    body: sendable(body),
    reset: false,
    ...(headersMs !== undefined && { headersTimeout: headersMs }),
  };
}

/** One chunk is written at once, several one after the other as the connection takes them; undici takes anything iterable, its types don't say so. */
function sendable(body: HeldBytes | undefined): Uint8Array | Readable | null {
  if (!body || body.bytes === 0) return null;
  const [first, ...others] = body.chunks;
  return first && others.length === 0 ? first : (body.chunks as unknown as Readable);
}

/** A body that `take` left unread holds no connection. */
async function taken<T>(answer: S3Answer, take: (answer: S3Answer) => Promise<T>): Promise<T> {
  try {
    return await take(answer);
  } finally {
    if (!answer.body.destroyed && !answer.body.readableEnded)
      answer.body.on('error', () => undefined).destroy();
  }
}

/** The text of an answer; throws past a bound. */
export async function textOf({ body }: S3Answer): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES_MAX)
      throw new ObjectStoreUnavailable('an answer of S3 is longer than it may be');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** An answer to HEAD has none, and what stands before S3 may answer anything. */
function codeOr(text: string): string {
  return errorCodeIn(text) ?? 'without a code';
}

/** The code of the error that a text is, or undefined when it is none. It may be shown. */
export function errorCodeIn(text: string): string | undefined {
  return /<Error>.*<Code>([A-Za-z0-9.]{1,64})<\/Code>/s.exec(text)?.[1];
}
