import { setTimeout as delay } from 'node:timers/promises';

/** Lets loops sleep until somebody knocks. */
export function wakeUp(signal: AbortSignal) {
  const sleepers = new Set<() => void>();
  return {
    /** Wakes every sleeper. */
    knock: (): void => {
      for (const wake of sleepers) wake();
    },
    /** Resolves at a knock, after `ms`, or when `signal` aborts. */
    sleep: async (ms: number): Promise<void> => {
      const nap = new AbortController();
      const wake = () => nap.abort();
      sleepers.add(wake);
      try {
        await delay(ms, undefined, { signal: AbortSignal.any([signal, nap.signal]) });
      } catch (error) {
        if (!nap.signal.aborted && !signal.aborted) throw error;
      } finally {
        sleepers.delete(wake);
      }
    },
  };
}
