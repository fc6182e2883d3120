import { canonicalJson } from './canonical-json.js';
import { sha256 } from './merkle.js';

/** What the digest of a seal of the log is over, and what is time-stamped; hashes in hex. */
export type LogHead = Readonly<{
  day: string;
  number: number;
  previous: string;
  size: number;
  root: string;
  sealedAt: string;
}>;
export type SealedLog = LogHead & Readonly<{ digest: string }>;

/** The document that is time-stamped: its SHA-256 is the digest of the seal. */
export const headDocument = ({ day, number, previous, size, root, sealedAt }: LogHead): string =>
  canonicalJson({ day, number, previous, size, root, sealedAt });

export const headDigest = (head: LogHead): string => sha256(headDocument(head)).toString('hex');
