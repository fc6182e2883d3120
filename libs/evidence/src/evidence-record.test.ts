import fc from 'fast-check';
import { expect, test } from 'vitest';
import { archiveHashTree, rootOfPath } from './archive-hash-tree.js';
import { contextTag, oidOf, partOf, readDer, TAG } from './der.js';
import { checkStamps, evidenceRecord } from './evidence-record.js';
import { sha256 } from './merkle.js';
import { timeStampRequest } from './time-stamp-request.js';

const hash = (text: string) => sha256(text);

test('every hash is led to the root of its tree, and no other is (RFC 4998 §4.3)', () =>
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), (count) => {
      const hashes = Array.from({ length: count }, (_none, index) => hash(String(index)));
      const { root, paths } = archiveHashTree(hashes);
      hashes.forEach((each, index) => {
        const path = paths[index] ?? [];
        expect(rootOfPath(each, path)).toEqual(root);
        expect(rootOfPath(hash('another'), path)?.equals(root) ?? false).toBe(false);
      });
    }),
  ));

test('three hashes have the tree of the standard: sorted where they are joined', () => {
  const [a, b, c] = [hash('a'), hash('b'), hash('c')] as const;
  const { root, paths } = archiveHashTree([a, b, c]);
  const joined = sha256(...[a, b].sort(Buffer.compare));
  expect(root).toEqual(sha256(...[joined, c].sort(Buffer.compare)));
  expect(paths[0]).toEqual([[a, b].sort(Buffer.compare), [c]]);
  expect(paths[2]).toEqual([[joined, c].sort(Buffer.compare)]);
});

test('a record has its version, its digests and one chain of stamps', () => {
  const token = Buffer.from('3003020105', 'hex');
  const other = hash('other');
  const record = readDer(
    evidenceRecord([
      { path: [], token },
      { path: [[other], [other, other]], token },
    ]),
  );
  expect(record.parts.map(({ tag }) => tag)).toEqual([TAG.integer, TAG.sequence, TAG.sequence]);
  const chain = partOf(partOf(record, 2, TAG.sequence), 0, TAG.sequence);
  const [first, second] = chain.parts;
  expect(first?.parts.map(({ tag }) => tag)).toEqual([contextTag(0), TAG.sequence]);
  expect(second?.parts.map(({ tag }) => tag)).toEqual([contextTag(0), contextTag(2), TAG.sequence]);
  expect(first?.parts.at(-1)?.raw).toEqual(token);
  expect(second?.parts[1]?.parts.map(({ parts }) => parts.length)).toEqual([1, 2]);
});

test('a document without a stamp is not proven', () =>
  expect(checkStamps('x', [], [])).toEqual({ ok: false, order: 0, fault: 'none' }));
test('what is no token is told', () =>
  expect(checkStamps('x', [{ path: [], token: Buffer.of(0) }], [])).toMatchObject({
    fault: 'unreadable',
  }));

test('a request asks for the certificate, and names SHA-256', () => {
  const request = readDer(timeStampRequest(hash('x'), Buffer.from('00ff', 'hex')));
  expect(request.parts.map(({ tag }) => tag)).toEqual([
    TAG.integer,
    TAG.sequence,
    TAG.integer,
    TAG.boolean,
  ]);
  expect(request.parts[2]?.content).toEqual(Buffer.from('00ff', 'hex'));
  const algorithm = partOf(partOf(request, 1, TAG.sequence), 0, TAG.sequence);
  expect(oidOf(partOf(algorithm, 0, TAG.oid))).toBe('2.16.840.1.101.3.4.2.1');
});
