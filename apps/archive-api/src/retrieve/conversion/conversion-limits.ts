const MEBIBYTE = 1024 * 1024;

/** Bounds on what conversions may take of the api's machine. */
export type ConversionLimits = Readonly<{
  /** Threads that decode at once; more than there are cores gains nothing. */
  workersMax: number;
  /** Conversions that wait for a thread; one more is refused as `busy`. */
  conversionsWaitingMax: number;
  /** Encoded and native bytes of all conversions that wait or run; beyond them one more is refused as `busy`. */
  bytesInUseMax: number;
  /** Encoded or native bytes of one frame. */
  frameBytesMax: number;
  /** A codec that has not answered after this time is ended together with its thread. */
  timeoutMs: number;
  /** How long the thread of a conversion that nobody waits for any more may still run. */
  abandonedMs: number;
  /** A thread is replaced after so many conversions or native bytes: codecs never give memory back. */
  conversionsPerWorkerMax: number;
  bytesPerWorkerMax: number;
  /** A thread without work ends after this time. */
  idleMs: number;
  /** JavaScript heap of a thread; buffers and WASM memory are bounded by the frame's size. */
  workerHeapMebibytesMax: number;
}>;

export const CONVERSION_LIMITS: ConversionLimits = {
  workersMax: 2,
  conversionsWaitingMax: 64,
  bytesInUseMax: 512 * MEBIBYTE,
  frameBytesMax: 256 * MEBIBYTE,
  timeoutMs: 30_000,
  abandonedMs: 250,
  conversionsPerWorkerMax: 2000,
  bytesPerWorkerMax: 4096 * MEBIBYTE,
  idleMs: 300_000,
  workerHeapMebibytesMax: 256,
};
