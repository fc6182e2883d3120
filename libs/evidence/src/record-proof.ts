import {
  dayDigest,
  type ProvenRecord,
  recordLeaf,
  type SealedDay,
  type SealHead,
  sealDigest,
} from './audit-chain.js';
import { canonicalJson, type Json } from './canonical-json.js';
import { eventLeaf, type ProvenEvent } from './event-leaf.js';
import { headDigest } from './log-head.js';
import type { EventInLog } from './log-proof.js';
import { leafHash } from './merkle.js';
import { isIncluded } from './merkle-proofs.js';

/** A place in a tree with the path to its root, hashes in hex. */
export type PlaceInTree = Readonly<{ index: number; size: number; path: readonly string[] }>;

/** Proves a record of access: in its seal, that in its day, the day by its fact in the log, and that fact in the seal of the log. */
export type RecordProof = Readonly<{
  record: ProvenRecord;
  inSeal: PlaceInTree;
  seal: SealHead & Readonly<{ digest: string }>;
  inDay: PlaceInTree;
  day: SealedDay;
  event: ProvenEvent;
  inLog: EventInLog;
}>;

/** Which step of the proof doesn't hold; undefined: all do. */
export function faultOfRecordProof(
  proof: RecordProof,
): 'record' | 'seal' | 'day' | 'event' | 'log' | undefined {
  const { record, inSeal, seal, inDay, day, event, inLog } = proof;
  if (!isAt(inSeal, recordLeaf(record), seal.root)) return 'record';
  const sealLeaf = leafHash(bytes(seal.digest)).toString('hex');
  if (sealDigest(seal) !== seal.digest || !isAt(inDay, sealLeaf, day.root)) return 'seal';
  if (dayDigest(day) !== day.digest) return 'day';
  const isOfDay = event.type === 'DaySealed' && event.stream === `evidence-${day.day}`;
  if (!isOfDay || canonicalJson(event.data) !== canonicalJson(day as Json)) return 'event';
  const place = { index: inLog.index, size: inLog.seal.size, path: inLog.path };
  const isInLog = isAt(place, eventLeaf(event).toString('hex'), inLog.seal.root);
  return isInLog && headDigest(inLog.seal) === inLog.seal.digest ? undefined : 'log';
}

const isAt = ({ index, size, path }: PlaceInTree, leaf: string, root: string): boolean =>
  isIncluded({ index, size, leaf: bytes(leaf), path: path.map(bytes), root: bytes(root) });

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');
