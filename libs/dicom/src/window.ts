/** Random access to the bytes of one file; `length` is Infinity while it isn't known. May give fewer bytes only at the end. */
export type ReadableFile = Readonly<{
  length: number;
  read(start: number, end: number): Promise<Uint8Array>;
}>;

/** The stretch of the file that is in memory: `bytes` from offset `start`. */
export type Window = {
  bytes: Buffer;
  view: DataView;
  start: number;
  end: number;
  /** Length of the file, or Infinity while it isn't known. */
  length: number;
};

/**
 * Asks for `bytes` bytes from offset `at`. A walk over fragments needs only item headers: in a `sparse` one those behind
 * won't be wanted, in a `dense` one the next headers come with them, and what lies between doesn't count as header.
 */
export type Need = Readonly<{ at: number; bytes: number; walk?: 'dense' | 'sparse' }>;

export const emptyWindow = (length: number): Window => ({
  bytes: Buffer.alloc(0),
  view: new DataView(new ArrayBuffer(0)),
  start: 0,
  end: 0,
  length,
});

/** Whether `bytes` bytes from offset `at` are in memory. */
export const holds = (window: Window, at: number, bytes: number): boolean =>
  at >= window.start && at + bytes <= window.end;

/** Puts the bytes read from offset `start` in place of what was in memory. */
export const moveWindow = (window: Window, start: number, read: Uint8Array): void => {
  window.bytes = Buffer.from(read.buffer, read.byteOffset, read.byteLength);
  window.view = new DataView(read.buffer, read.byteOffset, read.byteLength);
  window.start = start;
  window.end = start + read.byteLength;
};
