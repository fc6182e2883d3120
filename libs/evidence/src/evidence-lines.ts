import type { ProvenEvent } from './event-leaf.js';
import type { SealedLog } from './log-head.js';

/** How an event is proven: where it is in the tree of the seal, and the path from there to its root; hashes in hex. */
export type EventProof = Readonly<{ index: number; path: readonly string[] }>;

/** A time-stamp as an export has it: `token` in base64, `path` in hex (RFC 4998 §4.2). */
export type StampLine = Readonly<{ path: readonly (readonly string[])[]; token: string }>;

/**
 * A line of an export of evidence: the head first; the events stream after stream, each stream whole, from its first event on; the digests of
 * the instances last, as the study's key opens them (none, when it's destroyed).
 */
export type EvidenceLine =
  | Readonly<{
      evidence: Readonly<{
        version: 1;
        claim: string;
        seal: SealedLog;
        stamps: readonly StampLine[];
        /** RFC 4998, DER in base64, of the document of the seal; null: no authority has stamped it yet. */
        record: string | null;
      }>;
    }>
  | Readonly<{ event: ProvenEvent; proof: EventProof | null }>
  | Readonly<{ instances: readonly string[]; root: string; key: 'there' | 'destroyed' }>;
