/** A whole number from 0 to `below` - 1. */
export type Random = (below: number) => number;

/** The same numbers for the same seed (xorshift32). */
export function seededRandom(seed: number): Random {
  let state = seed | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below === 0 ? 0 : (state >>> 0) % below;
  };
}
