/** A cache with the least recently used entry out first, bounded by weight (bytes, as the caller counts them). */
export function boundedCache<V>(weightMax: number) {
  const entries = new Map<string, Readonly<{ value: V; weight: number }>>();
  let total = 0;
  const remove = (key: string) => {
    total -= entries.get(key)?.weight ?? 0;
    entries.delete(key);
  };
  return {
    get(key: string): V | undefined {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      entries.delete(key);
      entries.set(key, entry);
      return entry.value;
    },
    /** A value heavier than the whole cache isn't kept. */
    set(key: string, value: V, weight: number): void {
      remove(key);
      if (weight > weightMax) return;
      entries.set(key, { value, weight });
      total += weight;
      for (const oldest of entries.keys()) {
        if (total <= weightMax) return;
        remove(oldest);
      }
    },
    remove,
    weight: () => total,
  };
}
