import type { KeyState } from '../key-ring.js';

/** Keys that are committed, for a short while; rings of one process share it. */
export type KeyCache = Readonly<{
  get(id: string): KeyState | undefined;
  set(id: string, key: KeyState): void;
  delete(id: string): void;
}>;
/** `nowMs` is a clock that never goes back. */
export type KeyCacheOptions = Readonly<{ keysMax: number; ttlMs: number; nowMs: () => number }>;

/** Holds `keysMax` keys, each for `ttlMs` after it was read; the one read longest ago leaves first. */
export function keyCache({ keysMax, ttlMs, nowMs }: KeyCacheOptions): KeyCache {
  const held = new Map<string, Readonly<{ key: KeyState; untilMs: number }>>();
  return {
    get: (id) => {
      const entry = held.get(id);
      if (entry && entry.untilMs > nowMs()) return entry.key;
      held.delete(id);
      return undefined;
    },
    set: (id, key) => {
      held.delete(id);
      held.set(id, { key, untilMs: nowMs() + ttlMs });
      const [oldest] = held.keys();
      if (held.size > keysMax && oldest !== undefined) held.delete(oldest);
    },
    delete: (id) => {
      held.delete(id);
    },
  };
}
