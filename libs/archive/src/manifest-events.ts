import type { Event } from '#events/event';

/** What a manifest is written as: the KOS of XDS-I.b, and IHE MADO's KOS and FHIR document. */
export type ManifestEncoding = 'kos' | 'mado-kos' | 'mado-fhir';

/** One document of a manifest: its own UID, and its bytes (SHA-256 in hex, SHA-1 in base64 as FHIR asks for it, length). */
export type ManifestDocument = Readonly<{
  encoding: ManifestEncoding;
  uid: string;
  sha256: string;
  sha1: string;
  bytes: number;
}>;

/** By what a manifest is found, and what it was made of: `basis` is a digest over all of that. `madeAt` is ISO 8601, `started` YYYYMMDD. */
export type ManifestEnvelope = Readonly<{
  madeAt: string;
  basis: string;
  study: string;
  started: string;
  startedTime: string;
  timezone: string;
  accession: string;
  description: string;
  modalities: readonly string[];
  regions: readonly string[];
  documents: readonly ManifestDocument[];
}>;

/** Why nobody outside has a manifest any more: nobody may know of the study, there is none, or no document can say what it has. */
export type WithdrawalReason = 'not-shared' | 'nothing-there' | 'not-writable';

/** Others than the hospital that holds the study may have its manifest. `manifest` is opaque; `revision` counts the manifests of a claim from 1. */
export type ManifestPublished = Event<
  'ManifestPublished',
  { hospital: string; claim: string; manifest: string; revision: number },
  ManifestEnvelope
>;

/** Another manifest counts from now on, since what it says of the study has changed. */
export type ManifestReplaced = Event<
  'ManifestReplaced',
  { hospital: string; claim: string; manifest: string; revision: number; replaced: string },
  ManifestEnvelope
>;

/** Nobody outside has any manifest of this claim. */
export type ManifestWithdrawn = Event<
  'ManifestWithdrawn',
  { hospital: string; claim: string; manifest: string; reason: WithdrawalReason }
>;

export type ManifestEvent = ManifestPublished | ManifestReplaced | ManifestWithdrawn;

/** Personal parts are sealed under the study's key. */
export const manifestStream = (claim: string) => `manifest-${claim}`;
