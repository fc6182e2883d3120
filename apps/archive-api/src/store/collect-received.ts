/** So many bytes of bodies become garbage before it is collected. */
const GARBAGE_BYTES_MAX = 16 * 1024 ** 2;

/**
 * Counts bytes of bodies that were received; every GARBAGE_BYTES_MAX it collects the young ones among all objects. A body comes in buffers
 * outside the heap that only a collection frees; left to itself V8 marks the whole heap for them, at many times the cost (ADR 21).
 */
export function collectReceived(collect: (() => void) | undefined): (bytes: number) => void {
  let received = 0;
  return (bytes) => {
    received += bytes;
    if (received < GARBAGE_BYTES_MAX) return;
    received = 0;
    collect?.();
  };
}

/** A program that isn't started with `--expose-gc` leaves it to V8. */
export const noteReceived = collectReceived(
  globalThis.gc && (() => void globalThis.gc?.({ type: 'minor', execution: 'sync' })),
);
