/** Bounds of one store; tests pass smaller ones. */
export type S3Limits = Readonly<{
  /** Bytes of the first parts of an upload; what is no longer is one request. At least 5 MiB, which S3 asks for. */
  partBytes: number;
  /** Parts of one object that are sent at the same time. */
  partsAtOnceMax: number;
  /** Connections for short requests, and beside them for streams: a slow reader holds one. */
  connectionsMax: number;
  streamsMax: number;
  connectMs: number;
  /** From a request's last byte to the first of its answer. */
  headersMs: number;
  /** The same for the request that makes one object of thousands of parts. */
  completionMs: number;
  /** Without a byte of an answer that was begun. */
  idleMs: number;
  attemptsMax: number;
  /** No attempt begins later than this after the first. */
  attemptsMs: number;
  /** The longest wait before the second attempt; it doubles with each, up to `waitMsMax`. */
  waitMs: number;
  waitMsMax: number;
}>;

/** An S3 that takes connections and answers nothing is told to the caller within 45 s (a completion: 2 min), one that refuses them within 5 s. */
export const S3_LIMITS: S3Limits = {
  partBytes: 8 * 1024 ** 2,
  partsAtOnceMax: 2,
  connectionsMax: 64,
  streamsMax: 256,
  connectMs: 5_000,
  headersMs: 15_000,
  completionMs: 60_000,
  idleMs: 15_000,
  attemptsMax: 5,
  attemptsMs: 25_000,
  waitMs: 200,
  waitMsMax: 3_000,
};

/** S3 takes no more parts than these for one object. */
export const PARTS_MAX = 10_000;

/** Parts of one size; the next ones are twice as long. */
const PARTS_OF_ONE_SIZE = 2_500;

/** Bytes of part `number` (from 1): with 8 MiB at first, 10,000 parts hold 290 GiB and none is longer than 64 MiB. */
export function partBytesOf(number: number, { partBytes }: Pick<S3Limits, 'partBytes'>): number {
  return partBytes * 2 ** Math.floor((number - 1) / PARTS_OF_ONE_SIZE);
}
