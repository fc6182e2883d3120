/** Lets loops sleep until somebody knocks. One knock wakes one sleeper; when all are up it is remembered for the next who would sleep. */
export function wakeUp(signal: AbortSignal) {
  const sleepers = new Set<() => void>();
  let knocked = false;
  signal.addEventListener('abort', () => {
    for (const wake of sleepers) wake();
  });
  return {
    knock: (): void => {
      const [first] = sleepers;
      knocked = first === undefined;
      first?.();
    },
    /** Resolves at a knock, after `ms`, or when `signal` aborts. */
    sleep: (ms: number): Promise<void> =>
      new Promise((resolve) => {
        const wake = () => {
          clearTimeout(timer);
          sleepers.delete(wake);
          resolve();
        };
        const timer = setTimeout(wake, ms);
        sleepers.add(wake);
        if (knocked || signal.aborted) wake();
        knocked = false;
      }),
  };
}
