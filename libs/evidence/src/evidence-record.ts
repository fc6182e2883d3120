import type { X509Certificate } from 'node:crypto';
import { type ReducedHashTree, rootOfPath } from './archive-hash-tree.js';
import { checkTimeStamp, type StampFault } from './check-time-stamp.js';
import { constructed, octets, sequence, wholeNumber } from './der.js';
import { sha256Algorithm, taggedSha256 } from './digest-algorithms.js';
import { sha256 } from './merkle.js';

/** A time-stamp of an archived document, or of the time-stamp before it; `token` in DER. */
export type ArchiveStamp = Readonly<{ path: ReducedHashTree; token: Buffer }>;

const VERSION_1 = wholeNumber(Buffer.of(1));

/** The evidence record (RFC 4998 §3.1, DER) of the document whose stamps these are, in their order: one chain, as all are over SHA-256. */
export const evidenceRecord = (stamps: readonly ArchiveStamp[]): Buffer =>
  sequence(
    VERSION_1,
    sequence(sha256Algorithm()),
    sequence(sequence(...stamps.map(archiveTimeStamp))),
  );

/* digestAlgorithm [0], reducedHashtree [2]: implicit tags (RFC 4998 §4.1). */
function archiveTimeStamp({ path, token }: ArchiveStamp): Buffer {
  const lists = path.map((list) => sequence(...list.map(octets)));
  const tree = path.length === 0 ? [] : [constructed(0xa2, ...lists)];
  return sequence(taggedSha256(0), ...tree, token);
}

/** What a chain of stamps was found to be; `order` counts from 1. `first`: since when the document is proven; ISO 8601. */
export type CheckedChain =
  | Readonly<{ ok: true; first: string; last: string }>
  | Readonly<{ ok: false; order: number; fault: StampFault | 'path-wrong' | 'too-late' | 'none' }>;

/** Whether the first stamp is over the document and each later one over the stamp before it, made while that one's certificate held (RFC 4998 §5.3). */
export function checkStamps(
  document: string,
  stamps: readonly ArchiveStamp[],
  trusted: readonly X509Certificate[],
): CheckedChain {
  let hash = sha256(document);
  let first: string | undefined;
  let last = { at: '', endsAt: '9' };
  for (const [index, { path, token }] of stamps.entries()) {
    const order = index + 1;
    const root = rootOfPath(hash, path);
    if (root === undefined) return { ok: false, order, fault: 'path-wrong' };
    const checked = checkTimeStamp(token, root, trusted);
    if (!checked.ok) return { ...checked, order };
    if (checked.at < last.at || checked.at > last.endsAt)
      return { ok: false, order, fault: 'too-late' };
    first ??= checked.at;
    last = checked;
    hash = sha256(token);
  }
  return first === undefined
    ? { ok: false, order: 0, fault: 'none' }
    : { ok: true, first, last: last.at };
}
