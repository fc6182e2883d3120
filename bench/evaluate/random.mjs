/**
 * A source of chance that a seed determines wholly (the generator sfc32).
 * `next`: in [0, 1). `below`: a whole number in [0, limit). `chance`: true so often. `pick`: one of a list; `weighted`: one by its `share`.
 */
export function makeRandom(seed) {
  let [a, b, c, d] = [0x9e3779b9, 0x243f6a88, seed | 0, Math.floor(seed / 2 ** 32) ^ 0xb7e15162];
  const next = () => {
    const sum = (((a + b) | 0) + d) | 0;
    d = (d + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let warmUp = 0; warmUp < 15; warmUp++) next();
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  return { next, below, chance: (share) => next() < share, pick, weighted: weightedBy(next) };
}

const weightedBy = (next) => (list) => {
  const whole = list.reduce((sum, { share }) => sum + share, 0);
  let left = next() * whole;
  for (const one of list) {
    left -= one.share;
    if (left < 0) return one;
  }
  return list.at(-1);
};
