import type { SealedLog } from './log-head.js';

/** Names the form of a package; another form has another name. */
export const PACKAGE_FORMAT = 'arkim restitution 1';

/** The first file, `about.json`. `scope`: one study, or all of a hospital. */
export type PackageAbout = Readonly<{
  format: typeof PACKAGE_FORMAT;
  hospital: string;
  scope: 'study' | 'hospital';
  /** ISO 8601. */
  madeAt: string;
}>;

/** An object as `studies/<claim>/objects-<n>.jsonl` lists it, one on a line. `path` is '' when its bytes couldn't be had. SHA-256 in hex. */
export type PackedObject = Readonly<{
  path: string;
  series: string;
  instance: string;
  sopClass: string;
  transferSyntax: string;
  bytes: number;
  sha256: string;
}>;

/** A file that belongs to a study, with its digest. */
export type PackedFile = Readonly<{ path: string; bytes: number; sha256: string }>;

/** The last file of a study, `studies/<claim>/study.json`. `root`: over the SHA-256 of all its objects (`studyRoot`). `study` is '' when nobody can tell any more. */
export type PackedStudy = Readonly<{
  claim: string;
  hospital: string;
  study: string;
  state: 'held' | 'destroyed';
  objects: number;
  root: string;
  /** Objects whose bytes are missing or damaged in the archive, by their place in the list. */
  damaged: readonly string[];
  files: readonly PackedFile[];
}>;

/** Where an event stands in the tree of the log, on a line of `studies/<claim>/proofs-<n>.jsonl`: under the seal of `day`. Hashes in hex. */
export type PackedProof = Readonly<{
  event: string;
  index: number;
  size: number;
  path: readonly string[];
  day: string;
}>;

/** A seal of the log with its time-stamps, `seals/<day>.json`; tokens (RFC 3161) in base64. */
export type PackedSeal = Readonly<{
  seal: SealedLog;
  stamps: readonly Readonly<{
    day: string;
    order: number;
    path: readonly (readonly string[])[];
    token: string;
    stampedAt: string;
  }>[];
}>;

/** The last file but one, `package.json`: `root` is over all files before it (RFC 9162; a leaf is the canonical JSON of `PackedFile`), in their order. */
export type PackageEnd = PackageAbout &
  Readonly<{
    studies: number;
    objects: number;
    damaged: number;
    files: number;
    root: string;
    /** SHA-256 of the public key (SubjectPublicKeyInfo, DER), in hex; and the key in PEM. */
    keyId: string;
    publicKey: string;
  }>;

/** The last file: Ed25519 over the bytes of `package.json`, in base64. */
export const SIGNATURE_FILE = 'package.sig';
export const END_FILE = 'package.json';
export const ABOUT_FILE = 'about.json';
/** Lines of one list. */
export const LINES_MAX = 10_000;
/** Bytes of one list: it ends with the line that reaches this many. */
export const LIST_BYTES_MAX = 8 * 1024 * 1024;
