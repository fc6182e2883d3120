import { nodeHash } from './merkle.js';

/** Says that the leaf hash at `index` is in the tree of `size` leaves with this root. */
export type InclusionProof = Readonly<{
  index: number;
  size: number;
  leaf: Uint8Array;
  path: readonly Uint8Array[];
  root: Uint8Array;
}>;

/** Says that the tree of `size` leaves begins with the tree of `before` leaves: nothing of it was changed, only added to. */
export type ConsistencyProof = Readonly<{
  before: number;
  beforeRoot: Uint8Array;
  size: number;
  root: Uint8Array;
  path: readonly Uint8Array[];
}>;

/** More steps than any tree has that a number can count. */
const STEPS_MAX = 108;

/** Whether the path leads from the leaf to the root (RFC 9162 §2.1.3.2). */
export function isIncluded({ index, size, leaf, path, root }: InclusionProof): boolean {
  if (!isCount(index) || !isCount(size) || index >= size || path.length > STEPS_MAX) return false;
  let [from, last] = [index, size - 1];
  let hash = Buffer.from(leaf);
  for (const step of path) {
    if (last === 0) return false;
    if (from % 2 === 1 || from === last) {
      hash = nodeHash(step, hash);
      while (from % 2 === 0 && from !== 0) [from, last] = [half(from), half(last)];
    } else hash = nodeHash(hash, step);
    [from, last] = [half(from), half(last)];
  }
  return last === 0 && hash.equals(root);
}

/** Whether the path joins both roots (RFC 9162 §2.1.4.2). */
export function isConsistent({ before, beforeRoot, size, root, path }: ConsistencyProof): boolean {
  if (!isCount(before) || !isCount(size) || before < 1 || before > size) return false;
  if (before === size) return path.length === 0 && Buffer.from(beforeRoot).equals(root);
  if (path.length === 0 || path.length > STEPS_MAX) return false;
  const [first, ...steps] = isPowerOfTwo(before) ? [beforeRoot, ...path] : path;
  let [from, last] = [before - 1, size - 1];
  while (from % 2 === 1) [from, last] = [half(from), half(last)];
  let old = Buffer.from(first ?? []);
  let now = old;
  for (const step of steps) {
    if (last === 0) return false;
    if (from % 2 === 1 || from === last) {
      old = nodeHash(step, old);
      now = nodeHash(step, now);
      while (from % 2 === 0 && from !== 0) [from, last] = [half(from), half(last)];
    } else now = nodeHash(now, step);
    [from, last] = [half(from), half(last)];
  }
  return last === 0 && old.equals(beforeRoot) && now.equals(root);
}

const half = (count: number): number => Math.floor(count / 2);
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));
