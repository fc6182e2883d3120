/** Bytes of one block. */
export const BLOCK_BYTES = 256 * 1024;

/** Idle blocks that are kept: 64 MiB. */
const IDLE_MAX = 256;

/** Blocks of memory that bodies are gathered in, used again and again (ADR 11 says why). */
export type BlockPool = Readonly<{
  take(): Buffer;
  /** They are used again at once: nothing may read or send them any more. */
  give(blocks: readonly Buffer[]): void;
  /** They are left to the collector: something that was cut off may still hold them. */
  drop(blocks: readonly Buffer[]): void;
  /** Bytes of the blocks that are taken now, and the most there ever were. */
  held(): Readonly<{ bytes: number; bytesPeak: number }>;
}>;

/** An empty pool; it grows as blocks are taken. */
export function blockPool(): BlockPool {
  const idle: Buffer[] = [];
  let taken = 0;
  let takenPeak = 0;
  return {
    take() {
      taken += 1;
      takenPeak = Math.max(takenPeak, taken);
      return idle.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
    },
    give(blocks) {
      taken -= blocks.length;
      idle.push(...blocks.slice(0, IDLE_MAX - idle.length));
    },
    drop(blocks) {
      taken -= blocks.length;
    },
    held: () => ({ bytes: taken * BLOCK_BYTES, bytesPeak: takenPeak * BLOCK_BYTES }),
  };
}
