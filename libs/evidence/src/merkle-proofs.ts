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
  const climb = climbFrom(index, size - 1);
  let hash: Uint8Array = leaf;
  for (const step of path) {
    const side = climb.next();
    if (side === undefined) return false;
    hash = side === 'left' ? nodeHash(step, hash) : nodeHash(hash, step);
  }
  return climb.isAtRoot() && Buffer.from(root).equals(hash);
}

/** Whether the path joins both roots (RFC 9162 §2.1.4.2). */
export function isConsistent(proof: ConsistencyProof): boolean {
  const { before, beforeRoot, size, root, path } = proof;
  if (!isCount(before) || !isCount(size) || before < 1 || before > size) return false;
  if (before === size) return path.length === 0 && Buffer.from(beforeRoot).equals(root);
  if (path.length === 0 || path.length > STEPS_MAX) return false;
  return joinsRoots(proof);
}

function joinsRoots({ before, beforeRoot, size, root, path }: ConsistencyProof): boolean {
  const [first, ...steps] = isPowerOfTwo(before) ? [beforeRoot, ...path] : path;
  let [from, last] = [before - 1, size - 1];
  while (from % 2 === 1) [from, last] = [half(from), half(last)];
  const climb = climbFrom(from, last);
  let old = first ?? Buffer.of();
  let now = old;
  for (const step of steps) {
    const side = climb.next();
    if (side === undefined) return false;
    if (side === 'left') old = nodeHash(step, old);
    now = side === 'left' ? nodeHash(step, now) : nodeHash(now, step);
  }
  const isBoth = Buffer.from(beforeRoot).equals(old) && Buffer.from(root).equals(now);
  return climb.isAtRoot() && isBoth;
}

/** Goes up from a node at `from`, the last of its level being `last`: on which side the next hash of a path stands; undefined above the root. */
function climbFrom(start: number, end: number) {
  let [from, last] = [start, end];
  const next = (): 'left' | 'right' | undefined => {
    if (last === 0) return undefined;
    const isLeft = from % 2 === 1 || from === last;
    if (isLeft) while (from % 2 === 0 && from !== 0) [from, last] = [half(from), half(last)];
    [from, last] = [half(from), half(last)];
    return isLeft ? 'left' : 'right';
  };
  return { next, isAtRoot: () => last === 0 };
}

const half = (count: number): number => Math.floor(count / 2);
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count));
