import { largestPowerBelow, nodeHash } from './merkle.js';

/** Leaves from `start` up to `end`, the latter not among them. */
export type LeafRange = Readonly<{ start: number; end: number }>;

/** A subtree whose 2^level leaves are all there; `index` counts those of its level from 0. */
export type Subtree = Readonly<{ level: number; index: number }>;

/** The parts of a tree of `size` leaves whose hashes prove that the leaf at `index` is in it, in the order of the path (RFC 9162 §2.1.3.1). */
export function inclusionRanges(index: number, size: number): readonly LeafRange[] {
  requireWithin(index, size);
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const middle = start + largestPowerBelow(end - start);
    const isLeft = index < middle;
    path.push(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  return path.reverse();
}

/** The parts whose hashes prove that the tree of `size` leaves begins with the tree of the first `before` ones (RFC 9162 §2.1.4.1). */
export function consistencyRanges(before: number, size: number): readonly LeafRange[] {
  requireWithin(before - 1, size);
  const path: LeafRange[] = [];
  let [start, end] = [0, size];
  while (end !== before) {
    const middle = start + largestPowerBelow(end - start);
    const isLeft = before <= middle;
    path.push(isLeft ? { start: middle, end } : { start, end: middle });
    [start, end] = isLeft ? [start, middle] : [middle, end];
  }
  if (start > 0) path.push({ start, end });
  return path.reverse();
}

/** The whole subtrees that a range of a tree is made of, the largest first; a range of a proof always begins where its largest may. */
export function subtreesOf({ start, end }: LeafRange): readonly Subtree[] {
  const found: Subtree[] = [];
  for (let from = start; from < end; ) {
    const level = Math.floor(Math.log2(end - from));
    const leaves = 2 ** level;
    found.push({ level, index: from / leaves });
    from += leaves;
  }
  return found;
}

/** The hash of a range from those of its subtrees, in their order; at least one. */
export function joinSubtrees(hashes: readonly Buffer[]): Buffer {
  const [last, ...before] = [...hashes].reverse();
  if (last === undefined) throw new Error('a range has leaves');
  return before.reduce((right, left) => nodeHash(left, right), last);
}

function requireWithin(index: number, size: number): void {
  if (!Number.isSafeInteger(index) || index < 0 || index >= size)
    throw new Error('there is no such leaf in this tree');
}
