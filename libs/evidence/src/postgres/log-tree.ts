import type { Pool, PoolClient } from 'pg';
import { merkleRoot } from '../merkle.js';
import type { HashedSubtree } from '../merkle-frontier.js';
import {
  consistencyRanges,
  inclusionRanges,
  joinSubtrees,
  type LeafRange,
  type Subtree,
  subtreesOf,
} from '../merkle-ranges.js';

/** From this level on subtrees have rows of their own: of 256 leaves. */
export const NODE_LEVEL_MIN = 8;

type Db = Pool | PoolClient;

const NODE = `select encode(hash, 'hex') as hash from evidence_nodes where level = $1 and index = $2`;
const LEAVES = `select encode(leaf, 'hex') as hash from evidence_leaves where index >= $1 and index < $2 order by index`;

/** The whole subtrees that the first `size` leaves are made of, the largest first. */
export async function readFrontier(db: Db, size: number): Promise<readonly HashedSubtree[]> {
  const found: HashedSubtree[] = [];
  for (const subtree of subtreesOf({ start: 0, end: size }))
    found.push({ ...subtree, hash: await readSubtree(db, subtree) });
  return found;
}

/** The root over the first `size` leaves, of which there are some. */
export const readRoot = async (db: Db, size: number): Promise<Buffer> =>
  joinSubtrees((await readFrontier(db, size)).map(({ hash }) => hash));

/** The path from the leaf at `index` to the root over the first `size`. */
export const inclusionPath = (db: Db, index: number, size: number): Promise<readonly Buffer[]> =>
  readRanges(db, inclusionRanges(index, size));

/** What joins the root over the first `before` leaves to that over the first `size`. */
export const consistencyPath = (db: Db, before: number, size: number): Promise<readonly Buffer[]> =>
  readRanges(db, consistencyRanges(before, size));

async function readRanges(db: Db, ranges: readonly LeafRange[]): Promise<readonly Buffer[]> {
  const path: Buffer[] = [];
  for (const range of ranges) {
    const hashes: Buffer[] = [];
    for (const subtree of subtreesOf(range)) hashes.push(await readSubtree(db, subtree));
    path.push(joinSubtrees(hashes));
  }
  return path;
}

async function readSubtree(db: Db, { level, index }: Subtree): Promise<Buffer> {
  const leaves = 2 ** level;
  const isKept = level >= NODE_LEVEL_MIN;
  const values = isKept ? [level, index] : [index * leaves, (index + 1) * leaves];
  const { rows } = await db.query<{ hash: string }>(isKept ? NODE : LEAVES, values);
  if (rows.length !== (isKept ? 1 : leaves))
    throw new Error(`the tree of the log lacks hashes at level ${level}, ${index}`);
  return merkleRoot(rows.map(({ hash }) => Buffer.from(hash, 'hex')));
}
