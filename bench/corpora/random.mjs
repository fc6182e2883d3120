/** Mulberry32: small, fast and the same on every machine; returns unsigned 32-bit integers. */
export function makeRandom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
}

/** An integer from 0 to `bound` - 1. */
export function below(random, bound) {
  return random() % bound;
}
