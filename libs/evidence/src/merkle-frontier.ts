import { nodeHash } from './merkle.js';
import { joinSubtrees, type Subtree } from './merkle-ranges.js';

/** A subtree with its hash. */
export type HashedSubtree = Subtree & Readonly<{ hash: Buffer }>;

/** A tree that grows leaf by leaf and remembers no more of itself than its whole subtrees: one for each one-bit of its size. */
export type Frontier = Readonly<{
  size: () => number;
  /** Adds a leaf hash; returns the subtrees that it has made whole, the smallest first, without the leaf itself. */
  add: (leaf: Buffer) => readonly HashedSubtree[];
  /** The root over all leaves so far, of which there are some (RFC 9162 §2.1.1). */
  root: () => Buffer;
}>;

/** Goes on from the subtrees of a tree, the largest first (`subtreesOf`); of none, from an empty one. */
export function merkleFrontier(before: readonly HashedSubtree[] = []): Frontier {
  const stack = [...before];
  let size = before.reduce((count, { level }) => count + 2 ** level, 0);
  const add = (leaf: Buffer): readonly HashedSubtree[] => {
    const made: HashedSubtree[] = [];
    let top: HashedSubtree = { level: 0, index: size, hash: leaf };
    for (let left = stack.at(-1); left?.level === top.level; left = stack.at(-1)) {
      stack.pop();
      const hash = nodeHash(left.hash, top.hash);
      top = { level: top.level + 1, index: left.index / 2, hash };
      made.push(top);
    }
    stack.push(top);
    size++;
    return made;
  };
  return { size: () => size, add, root: () => joinSubtrees(stack.map(({ hash }) => hash)) };
}
