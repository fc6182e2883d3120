import type { KeyObject } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import type { Append, EventStore } from '#events/event-store';
import type { Obstacle, StudyContent } from '#index/study-content';
import type { Retire } from '../retire/retire-pack.js';

/** A study of a batch that is being disposed of, leased to this worker. `packs`: what has to be removed, once that is known. */
export type Disposal = Readonly<{
  batch: string;
  claim: string;
  hospital: string;
  policy: string;
  policyVersion: string;
  rule: string;
  step: 'waiting' | 'started' | 'executed';
  packs: readonly Readonly<{ pack: string; key: string }>[];
}>;

type Study = Pick<Disposal, 'batch' | 'claim' | 'hospital'>;

/** What is removed of a study beside its bytes. */
export type Removal = Study &
  Readonly<{ versions: readonly number[]; jobs: readonly string[]; disposedAt: string }>;

/** The stores as they work inside one open transaction. */
export type DisposalTransaction = Readonly<{
  log: Pick<EventStore, 'append' | 'read'> &
    Readonly<{ versions: (streams: readonly string[]) => Promise<ReadonlyMap<string, number>> }>;
  /** Locks the study; answers with the versions of findable that are written, the active one first. */
  lock: (claim: string) => Promise<readonly number[]>;
  obstacle: (study: Study) => Promise<Obstacle | undefined>;
  isSettled: (claim: string) => Promise<boolean>;
  settleNext: (version: number, study: Study) => Promise<void>;
  contentOf: (version: number, claim: string) => Promise<StudyContent>;
  jobsNaming: (study: Study) => Promise<readonly string[]>;
  /** The keyed hash of the study's UID. */
  hashOf: (claim: string) => Promise<string>;
  remove: (removal: Removal, hash: string) => Promise<void>;
  destroyKey: (keyId: string) => Promise<void>;
}>;

/** What certificates are signed with. `keyId`: SHA-256 of the public key (SPKI, DER) in hex. */
export type Signer = Readonly<{
  keyId: string;
  publicKey: KeyObject;
  sign: (bytes: Buffer) => Buffer;
}>;

/** What disposals need. `wallMs`: milliseconds since 1970. */
export type DisposalPorts = Readonly<{
  pool: Pool;
  retire: Retire;
  within: (client: PoolClient) => DisposalTransaction;
  /** Whether a pack is still listed: something names it. */
  isListed: (pack: string) => Promise<boolean>;
  isFrozen: (hospital: string) => Promise<boolean>;
  signer: Signer;
  publicUrl: string;
  wallMs: () => number;
}>;

/** Who appends, and because of what. */
export const metadataOf = (batch: string): Append['metadata'] => ({
  actor: 'retention-worker',
  correlationId: batch,
  causationId: batch,
});
