import type { Event } from '#events/event';
import type { CareEvent, ConfidentialityEvent } from './care-events.js';
import type { DispositionEvent } from './disposition-events.js';
import type { EvidenceEvent } from './evidence-events.js';
import type { FixityBatchEvent, FixityEvent } from './fixity-events.js';
import type { HoldEvent, PlacementEvent } from './hold-events.js';
import type { HospitalEvent } from './hospital-events.js';
import type { Demographics, PatientEvent } from './identity-events.js';
import type { LogEvent } from './log-events.js';
import type { ManifestEvent } from './manifest-events.js';
import type { OrderEvent } from './order-events.js';
import type { PolicyEvent } from './policy-events.js';
import type { InstancesRejected, RejectionRevoked } from './rejection-events.js';
import type { RetentionEvent } from './retention-events.js';
import type { RevocationEvent } from './revocation-events.js';
import type { WebhookEvent } from './webhook-events.js';

/** Bytes named by content: SHA-256 in hex and length in bytes. Where they lie is the `packs` table's business (design D2). */
export type Content = Readonly<{ sha256: string; bytes: number }>;

/** One entry of a pack: content and its offset in bytes from the start of the pack. */
export type PackEntry = Content & Readonly<{ offset: number }>;

/** One instance as received; `part` is its index (from 0) in the request that brought it. */
export type StoredInstance = Content &
  Readonly<{ instance: string; sopClass: string; transferSyntax: string }>;

/** Whom a data set names as its patient, as the hospital's settings of that moment read it, and what it says of them. */
export type StatedPatient = Readonly<{
  authority: string;
  value: string;
  demographics: Demographics;
}>;

/**
 * A request brought instances of one series of one study of one hospital. `claim` and `series` are opaque ids;
 * `extract` is the sealed object with the full DICOM JSON of the instances, in their order; `packs` hold the instances and the extract.
 * The first fact of a study says whose it is: `patient`, an opaque id ('' when the data set names nobody); no later one changes it.
 */
export type InstancesStored = Event<
  'InstancesStored',
  {
    hospital: string;
    claim: string;
    series: string;
    extract: Content;
    packs: readonly string[];
    count: number;
    bytes: number;
    patient?: string;
  },
  {
    study: string;
    series: string;
    instances: readonly StoredInstance[];
    patient?: StatedPatient;
  }
>;

/** Parts of a request that could not become instances. `reason` is the DICOM failure reason (PS3.18 Annex I), `why` a code of ours. */
export type InstancesRefused = Event<
  'InstancesRefused',
  {
    hospital: string;
    job: string;
    parts: readonly Readonly<{ part: number; reason: number; why: string }>[];
  }
>;

/** Parts that were kept aside because they contradict what is stored or cannot be read; a person decides. */
export type InstancesQuarantined = Event<
  'InstancesQuarantined',
  {
    hospital: string;
    job: string;
    parts: readonly Readonly<{
      quarantine: string;
      part: number;
      pack: string;
      reason: number;
      why: string;
      entry: PackEntry;
    }>[];
  }
>;

/** A person decided what becomes of a quarantined part. `accepted`: stored under a new SOP Instance UID by job `job`. */
export type QuarantineResolved = Event<
  'QuarantineResolved',
  {
    hospital: string;
    quarantine: string;
    outcome: 'discarded' | 'returned' | 'accepted';
    job?: string;
  }
>;

export type PackKind = 'landing' | 'extract' | 'settled';

/** A pack is durable and holds these entries. A pack with many has several of these facts on its stream; `chunk` counts them from 0. */
export type PackLanded = Event<
  'PackLanded',
  {
    pack: string;
    kind: 'landing' | 'extract';
    key: string;
    bytes: number;
    chunk: number;
    entries: readonly PackEntry[];
  }
>;

/**
 * The instances that these series of study `claim` had at study stream version `through` now lie in this pack,
 * series after series, each in instance order and followed by one `extract` of them all.
 */
export type PackSettled = Event<
  'PackSettled',
  {
    pack: string;
    key: string;
    bytes: number;
    hospital: string;
    claim: string;
    series: readonly Readonly<{ series: string; through: number; extract: Content }>[];
    entries: readonly PackEntry[];
  }
>;

/** Nothing names this pack any more; its bytes go after this fact (design D1). */
export type PackRemoved = Event<'PackRemoved', { pack: string; key: string }>;

export type StudyEvent = InstancesStored | InstancesRejected | RejectionRevoked;
export type IntakeEvent = InstancesRefused | InstancesQuarantined | QuarantineResolved;
export type StorageEvent = PackLanded | PackSettled | PackRemoved;
export type ArchiveEvent =
  | StudyEvent
  | IntakeEvent
  | StorageEvent
  | HospitalEvent
  | CareEvent
  | ConfidentialityEvent
  | PatientEvent
  | RevocationEvent
  | PolicyEvent
  | OrderEvent
  | ManifestEvent
  | RetentionEvent
  | EvidenceEvent
  | DispositionEvent
  | WebhookEvent
  | HoldEvent
  | PlacementEvent
  | FixityBatchEvent
  | FixityEvent
  | LogEvent;

/** Entries in one storage fact, so that it stays under the bound of an event. */
export const FACT_ENTRIES_MAX = 2000;

export const studyStream = (claim: string) => `study-${claim}`;
export const packStream = (pack: string) => `pack-${pack}`;
export const intakeStream = (job: string) => `intake-${job}`;
