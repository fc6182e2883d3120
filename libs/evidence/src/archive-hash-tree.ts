import { sha256 } from './merkle.js';

/** What leads from one hash to the root of its tree: lists of hashes (RFC 4998 §4.2); empty when the hash is the root. */
export type ReducedHashTree = readonly (readonly Buffer[])[];

/** A tree over hashes, with what leads from each of them to its root, in their order. */
export type ArchiveHashTree = Readonly<{ root: Buffer; paths: readonly ReducedHashTree[] }>;

type Node = Readonly<{ hash: Buffer; leaves: readonly number[] }>;

/** The tree over hashes that differ, two by two; at least one. */
export function archiveHashTree(hashes: readonly Buffer[]): ArchiveHashTree {
  const paths: Buffer[][][] = hashes.map(() => []);
  let level: readonly Node[] = hashes.map((hash, index) => ({ hash, leaves: [index] }));
  while (level.length > 1) level = parentsOf(level, paths);
  const [top] = level;
  if (top === undefined) throw new Error('there is nothing to make a tree of');
  return { root: top.hash, paths };
}

function parentsOf(level: readonly Node[], paths: Buffer[][][]): readonly Node[] {
  const parents: Node[] = [];
  for (let index = 0; index < level.length; index += 2) {
    const [left, right] = level.slice(index, index + 2);
    if (left === undefined) continue;
    if (right === undefined) parents.push(left);
    else parents.push(joined(left, right, paths));
  }
  return parents;
}

function joined(left: Node, right: Node, paths: Buffer[][][]): Node {
  for (const [own, other] of [
    [left, right],
    [right, left],
  ] as const)
    for (const leaf of own.leaves) {
      const path = paths[leaf];
      path?.push(path.length === 0 ? [own.hash, other.hash].sort(Buffer.compare) : [other.hash]);
    }
  return { hash: hashOf([left.hash, right.hash]), leaves: [...left.leaves, ...right.leaves] };
}

/** The root that the path leads to from the hash; undefined when the first list doesn't have the hash (RFC 4998 §4.3). */
export function rootOfPath(hash: Buffer, path: ReducedHashTree): Buffer | undefined {
  const [first, ...others] = path;
  if (first === undefined) return hash;
  if (!first.some((each) => each.equals(hash))) return undefined;
  return others.reduce((below, list) => hashOf([...list, below]), hashOf(first));
}

const hashOf = (hashes: readonly Buffer[]): Buffer => sha256(...[...hashes].sort(Buffer.compare));
