import { expect, test } from 'vitest';
import { leafHash, merkleRoot } from './merkle.js';
import { ENTRIES } from './merkle.testing.js';
import { type HashedSubtree, merkleFrontier } from './merkle-frontier.js';
import { isConsistent, isIncluded } from './merkle-proofs.js';
import {
  consistencyRanges,
  inclusionRanges,
  joinSubtrees,
  type LeafRange,
  subtreesOf,
} from './merkle-ranges.js';
import { studyRoot } from './study-root.js';

const hex = (text: string) => Buffer.from(text, 'hex');

/* The paths of certificate transparency's own entries. */
const LEAVES = ENTRIES.map((entry) => leafHash(hex(entry)));
const rootOf = (size: number) => merkleRoot(LEAVES.slice(0, size));
const pathOf = (ranges: readonly LeafRange[], leaves: readonly Buffer[] = LEAVES) =>
  ranges.map(({ start, end }) => merkleRoot(leaves.slice(start, end)));

test.each([
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [3, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    2,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
])('leaf %i of %i has the path of the known vectors', (leafNumber, size, path) => {
  const found = pathOf(inclusionRanges(leafNumber - 1, size)).map((hash) => hash.toString('hex'));
  expect(found).toEqual(path);
});

test.each([
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
])('a tree of %i that grew to %i has the path of the known vectors', (before, size, path) => {
  const found = pathOf(consistencyRanges(before, size)).map((hash) => hash.toString('hex'));
  expect(found).toEqual(path);
});

const LARGEST = 70;
const MANY = Array.from({ length: LARGEST }, (_none, index) => leafHash(String(index)));

test('every leaf of every tree is proven by its path, and by no other', () => {
  for (let size = 1; size <= LARGEST; size++) {
    const root = merkleRoot(MANY.slice(0, size));
    for (let index = 0; index < size; index++) {
      const path = pathOf(inclusionRanges(index, size), MANY);
      const proof = { index, size, leaf: MANY[index] ?? Buffer.of(), path, root };
      expect(isIncluded(proof)).toBe(true);
      expect(isIncluded({ ...proof, leaf: leafHash('another') })).toBe(false);
      expect(isIncluded({ ...proof, path: [...path, root] })).toBe(false);
      if (size > 1) expect(isIncluded({ ...proof, path: path.slice(1) })).toBe(false);
    }
  }
});

test('every tree is proven to begin with each that it grew from, and with no other', () => {
  for (let size = 1; size <= LARGEST; size++) {
    const root = merkleRoot(MANY.slice(0, size));
    for (let before = 1; before <= size; before++) {
      const beforeRoot = merkleRoot(MANY.slice(0, before));
      const path = pathOf(consistencyRanges(before, size), MANY);
      expect(isConsistent({ before, beforeRoot, size, root, path })).toBe(true);
      expect(isConsistent({ before, beforeRoot: rootOf(8), size, root, path })).toBe(false);
      expect(isConsistent({ before, beforeRoot, size, root: rootOf(8), path })).toBe(false);
      expect(isConsistent({ before, beforeRoot, size, root, path: [...path, root] })).toBe(false);
    }
  }
});

test('a tree that grows leaf by leaf has the roots and subtrees of the whole', () => {
  const frontier = merkleFrontier();
  const whole = new Map<string, Buffer>();
  MANY.forEach((leaf, index) => {
    whole.set(`0/${index}`, leaf);
    for (const { level, index: at, hash } of frontier.add(leaf)) whole.set(`${level}/${at}`, hash);
    const parts = subtreesOf({ start: 0, end: index + 1 });
    const hashed = parts.map((part): HashedSubtree => {
      const hash = whole.get(`${part.level}/${part.index}`);
      if (hash === undefined) throw new Error('a subtree was not told');
      return { ...part, hash };
    });
    const root = merkleRoot(MANY.slice(0, index + 1));
    expect(frontier.root()).toEqual(root);
    expect(joinSubtrees(hashed.map(({ hash }) => hash))).toEqual(root);
    expect(merkleFrontier(hashed).root()).toEqual(root);
    expect(merkleFrontier(hashed).size()).toBe(index + 1);
  });
});

test('the root of a study does not ask for an order, nor how often an instance was sent', () => {
  const [one = '', other = ''] = MANY.map((leaf) => leaf.toString('hex'));
  expect(studyRoot([one, other])).toBe(studyRoot([other, one, other]));
  expect(studyRoot([one])).toBe(leafHash(hex(one)).toString('hex'));
});
