/** The results in the order of the items, up to `depth` of them under way at once. A failure surfaces at its place; no rejection is left alone. */
export async function* readAhead<T, R>(
  items: Iterable<T>,
  read: (item: T) => Promise<R>,
  depth: number,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = [];
  const iterator = items[Symbol.iterator]();
  const start = () => {
    const next = iterator.next();
    if (next.done) return;
    const result = read(next.value);
    result.catch(() => undefined);
    underWay.push(result);
  };
  for (let begun = 0; begun < depth; begun++) start();
  for (let result = underWay.shift(); result !== undefined; result = underWay.shift()) {
    const value = await result;
    start();
    yield value;
  }
}
