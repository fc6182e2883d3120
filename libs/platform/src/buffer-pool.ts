/** Buffers of one piece of work; whoever holds the lease ends it once nothing reads or writes them any more. */
export type BufferLease = Readonly<{
  /** A buffer of exactly so many bytes, whose content is undefined. */
  allocate: (bytes: number) => Buffer;
  end: () => void;
  /** Ends it while something may still write into its buffers: they are left to it, and never used again. */
  drop: () => void;
}>;

/** `isCrowded`: so much is lent that whoever can do with a stream should. */
export type BufferPool = Readonly<{ lease: () => BufferLease; isCrowded: () => boolean }>;

/** Smaller buffers cost V8 little, larger ones are rare. */
const POOLED_BYTES_MIN = 64 * 1024;
const POOLED_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Large buffers used again and again. V8 counts each new one as pressure and collects the whole heap every 64 MiB of them: while images
 * are sent, that took more time than all else. At most `idleBytesMax` wait for their next use. From `lentBytesMax` on the pool calls itself crowded; a lease that never ends counts for ever.
 */
export function bufferPool({
  idleBytesMax,
  lentBytesMax = Number.POSITIVE_INFINITY,
}: Readonly<{ idleBytesMax: number; lentBytesMax?: number }>): BufferPool {
  const idle = new Map<number, Buffer[]>();
  let idleBytes = 0;
  let lentBytes = 0;
  const take = (size: number): Buffer => {
    const buffer = idle.get(size)?.pop();
    if (buffer === undefined) return Buffer.allocUnsafeSlow(size);
    idleBytes -= size;
    return buffer;
  };
  const giveBack = (buffer: Buffer) => {
    if (idleBytes + buffer.length > idleBytesMax) return;
    const same = idle.get(buffer.length) ?? [];
    idle.set(buffer.length, same);
    same.push(buffer);
    idleBytes += buffer.length;
  };
  return {
    isCrowded: () => lentBytes >= lentBytesMax,
    lease: () => {
      const taken = new Set<Buffer>();
      let lent = 0;
      let ended = false;
      const drop = () => {
        ended = true;
        lentBytes -= lent;
        lent = 0;
        taken.clear();
      };
      return {
        allocate: (bytes) => {
          if (ended) return Buffer.allocUnsafeSlow(bytes);
          lent += bytes;
          lentBytes += bytes;
          if (bytes < POOLED_BYTES_MIN || bytes > POOLED_BYTES_MAX)
            return Buffer.allocUnsafeSlow(bytes);
          const buffer = take(sizeClass(bytes));
          taken.add(buffer);
          return buffer.subarray(0, bytes);
        },
        end: () => {
          for (const buffer of taken) giveBack(buffer);
          drop();
        },
        drop,
      };
    },
  };
}

/** The next power of two: pages that nobody touches take no memory. */
const sizeClass = (bytes: number): number => 2 ** Math.ceil(Math.log2(bytes));
