import { canonicalJson } from './canonical-json.js';
import { leafHash, merkleRoot, sha256 } from './merkle.js';

/** A record as it is proven: every column of its row, times in UTC by the microsecond, the sealed part in base64. */
export type ProvenRecord = Readonly<{
  id: string;
  xid: string;
  position: string;
  recordedAt: string;
  kind: string;
  action: string;
  outcome: 'permit' | 'deny';
  rule: string;
  policyVersion: string;
  actor: string;
  organisation: string;
  roles: readonly string[];
  machine: boolean;
  behalfActor: string;
  behalfOrganisation: string;
  purpose: string;
  hospital: string;
  claim: string;
  person: string;
  breakGlass: boolean;
  obligations: readonly string[];
  windowStart: string | null;
  repeats: number;
  sealedKey: string;
  sealed: string;
}>;

/** What a seal's digest is over; hashes in hex. It covers the records of the log's order up to its last one, behind those of the seal before. */
export type SealHead = Readonly<{
  number: number;
  previous: string;
  root: string;
  count: number;
  sealedAt: string;
  lastXid: string;
  lastPosition: string;
}>;

/** A seal with the ids of its records and their leaf hashes, in their order. */
export type Seal = SealHead &
  Readonly<{ digest: string; ids: readonly string[]; leaves: readonly string[] }>;

/** What a day's digest is over: the seals made on that day (UTC), from the first to the last. */
export type DayHead = Readonly<{
  day: string;
  number: number;
  previous: string;
  firstSeal: number;
  lastSeal: number;
  records: number;
  root: string;
}>;
export type SealedDay = DayHead & Readonly<{ digest: string }>;

/** What the first seal and the first day have before them. */
export const NOTHING_BEFORE = '0'.repeat(64);

export const recordLeaf = (record: ProvenRecord): string =>
  leafHash(canonicalJson(record)).toString('hex');

export const rootOf = (leaves: readonly string[]): string =>
  merkleRoot(leaves.map((leaf) => Buffer.from(leaf, 'hex'))).toString('hex');

export const sealDigest = (seal: SealHead): string => {
  const { number, previous, root, count, sealedAt, lastXid, lastPosition } = seal;
  return digestOf({ number, previous, root, count, sealedAt, lastXid, lastPosition });
};

export const dayDigest = (sealed: DayHead): string => {
  const { day, number, previous, firstSeal, lastSeal, records, root } = sealed;
  return digestOf({ day, number, previous, firstSeal, lastSeal, records, root });
};

/** The root over a day's seals: their digests are the entries. */
export const dayRoot = (digests: readonly string[]): string =>
  rootOf(digests.map((digest) => leafHash(Buffer.from(digest, 'hex')).toString('hex')));

const digestOf = (head: SealHead | DayHead): string => sha256(canonicalJson(head)).toString('hex');
