/** Those who wait together share one ask: the next that has not been sent yet, so that its answer is about a moment after they called. One is under way at a time. */
export function sharedAsk<T>(ask: () => Promise<T>): () => Promise<T> {
  let underWay: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const send = async (): Promise<T> => {
    await underWay;
    next = undefined;
    const asked = ask();
    underWay = asked.catch(() => undefined);
    return asked;
  };
  return () => {
    next ??= send();
    return next;
  };
}
