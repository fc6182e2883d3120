/** Lets work begin while the bytes of all that runs stay within a bound. */
export type ByteGate = Readonly<{
  /** What `work` gives, or `busy` when too much waits or it waited for too long. */
  run: <T>(bytes: number, work: () => Promise<T>) => Promise<T | 'busy'>;
}>;

export type ByteGateLimits = Readonly<{ bytesMax: number; waitingMax: number; waitMs: number }>;

type Waiting = Readonly<{ bytes: number; enter: () => void }>;

/** What fits begins, even past what does not; work above the bound begins when nothing else runs. */
export function byteGate({ bytesMax, waitingMax, waitMs }: ByteGateLimits): ByteGate {
  const waiting: Waiting[] = [];
  let inUse = 0;
  const fits = (bytes: number) => inUse === 0 || inUse + bytes <= bytesMax;
  const leave = (bytes: number) => {
    inUse -= bytes;
    for (const next of [...waiting]) if (fits(next.bytes)) next.enter();
  };
  const enter = (bytes: number): Promise<boolean> => {
    if (fits(bytes)) {
      inUse += bytes;
      return Promise.resolve(true);
    }
    if (waiting.length >= waitingMax) return Promise.resolve(false);
    return new Promise((resolve) => {
      const settle = (isIn: boolean) => {
        clearTimeout(timer);
        waiting.splice(waiting.indexOf(entry), 1);
        if (isIn) inUse += bytes;
        resolve(isIn);
      };
      const timer = setTimeout(() => settle(false), waitMs);
      const entry: Waiting = { bytes, enter: () => settle(true) };
      waiting.push(entry);
    });
  };
  return {
    run: async (bytes, work) => {
      if (!(await enter(bytes))) return 'busy';
      try {
        return await work();
      } finally {
        leave(bytes);
      }
    },
  };
}
