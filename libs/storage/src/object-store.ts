/** Inclusive start, exclusive end, in bytes from the start of the object. */
export type ByteRange = Readonly<{ start: number; end: number }>;

/** What a put learned: length in bytes. */
export type Put = Readonly<{ bytes: number }>;

/** Why a put was refused; nothing readable is left under the key. */
export type PutRefusal = 'exists' | 'no-space' | 'not-permitted';

/** A refused put, thrown so that it passes through `pipeline`; the edge maps `refusal` to its answer. */
export class ObjectRefused extends Error {
  constructor(
    readonly refusal: PutRefusal,
    options?: ErrorOptions,
  ) {
    super(`the object store refused to put: ${refusal}`, options);
  }
}

/**
 * The engine behind the store didn't answer, or answered that it can't, however often it was asked: what a put did is not known.
 * The edge answers 503 with Retry-After. The message has neither keys nor secrets.
 */
export class ObjectStoreUnavailable extends Error {
  override readonly name = 'ObjectStoreUnavailable';
}

/** An object that a listing found: its key, length in bytes and when it was written (UTC epoch milliseconds). */
export type Listed = Readonly<{ key: string; bytes: number; writtenAtMs: number }>;

/** Gives the buffer to read so many bytes into. */
export type Allocate = (bytes: number) => Buffer;

/** Immutable bytes under a key. Adapters: filesystem, memory; contract: object-store.contract.ts. */
export interface ObjectStore {
  /**
   * Durable once resolved; not there before its last byte is durable. A key is written once: a second put of it throws ObjectRefused('exists').
   * Chunks are written without a copy: their memory stays as it is until the put settles. When it fails, the body is closed (`return`), not drained.
   */
  put(key: string, body: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<Put>;
  /** The bytes of `range`, at most RANGE_BYTES_MAX, in a buffer of its own or one that `allocate` gives; undefined when the key is not there. Throws on a short read. */
  read(key: string, range: ByteRange, allocate?: Allocate): Promise<Buffer | undefined>;
  /** The bytes of `range` (whole object without one) in bounded chunks; undefined when the key is not there. */
  stream(
    key: string,
    range?: ByteRange,
    signal?: AbortSignal,
  ): Promise<AsyncIterable<Buffer> | undefined>;
  /** Length in bytes, or undefined when the key is not there. */
  size(key: string): Promise<number | undefined>;
  /** Durable once resolved. Removing what is not there is not an error. A stream already open may end with its bytes. */
  remove(key: string): Promise<void>;
  /** Every object whose key starts with `prefix` (a folder path ending in `/`), in no given order. */
  list(prefix: string): AsyncIterable<Listed>;
  /** Free and total bytes for new objects; undefined where the engine has no such bound. */
  space(): Promise<{ freeBytes: number; totalBytes: number } | undefined>;
}

/** The largest range that `read` gives in one buffer; larger ones are streamed. */
export const RANGE_BYTES_MAX = 64 * 1024 * 1024;
