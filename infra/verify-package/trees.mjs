// Trees of hashes (RFC 9162 §2.1) and the one text for equal values (RFC 8785).
import { createHash } from 'node:crypto';

export const hash = (...parts) => {
  const sha = createHash('sha256');
  for (const part of parts) sha.update(part);
  return sha.digest();
};

export const leafOf = (bytes) => hash(Buffer.of(0), bytes);
const nodeOf = (left, right) => hash(Buffer.of(1), left, right);

/* Members in the order of their names, no space. */
export const canonical = (value) => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
};

/* From the leaves up: a tree of n leaves has its left half filled to a power of two. */
export const rootOf = (leaves) => {
  const stack = [];
  leaves.forEach((leaf, index) => {
    stack.push(leaf);
    for (let count = index + 1; count % 2 === 0; count /= 2) {
      const right = stack.pop();
      stack.push(nodeOf(stack.pop(), right));
    }
  });
  let root = stack.pop() ?? hash();
  while (stack.length > 0) root = nodeOf(stack.pop(), root);
  return root;
};

/* Over the digests of a study's objects, each once, in ascending order. */
export const studyRoot = (digests) =>
  rootOf([...new Set(digests)].sort().map((digest) => leafOf(Buffer.from(digest, 'hex')))).toString(
    'hex',
  );

/* The root to which the path leads from a leaf (RFC 9162 §2.1.3.2), in hex; undefined when it leads nowhere. */
export const foldPath = ({ index, size, path, leaf }) => {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return undefined;
  if (index < 0 || index >= size) return undefined;
  let at = { from: index, last: size - 1, root: leaf };
  for (const step of path) {
    if (at.last === 0) return undefined;
    at = stepUp(at, Buffer.from(step, 'hex'));
  }
  return at.last === 0 ? at.root.toString('hex') : undefined;
};

function stepUp({ from, last, root }, other) {
  if (from % 2 === 0 && from !== last)
    return { from: from / 2, last: Math.floor(last / 2), root: nodeOf(root, other) };
  let [left, right] = [from, last];
  while (left % 2 === 0 && left !== 0) [left, right] = [left / 2, Math.floor(right / 2)];
  return { from: Math.floor(left / 2), last: Math.floor(right / 2), root: nodeOf(other, root) };
}

/* The root to which lists of hashes lead from one of them (RFC 4998 §4.3); undefined when the first list lacks it. */
export const rootOfLists = (own, lists, algorithm) => {
  const [first, ...others] = lists.map((list) => list.map((hex) => Buffer.from(hex, 'hex')));
  if (!first) return own;
  const over = (hashes) =>
    createHash(algorithm)
      .update(Buffer.concat(hashes.sort(Buffer.compare)))
      .digest();
  if (!first.some((one) => one.equals(own))) return undefined;
  return others.reduce((below, list) => over([...list, below]), over(first));
};
