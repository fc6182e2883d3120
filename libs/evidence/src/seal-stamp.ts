import type { LogStamped } from '#archive/log-events';
import { type ArchiveStamp, evidenceRecord } from './evidence-record.js';

/** A time-stamp of a seal; `token` in base64, `path` as RFC 4998 §4.2 has it, in hex. */
export type SealStamp = LogStamped['data'];

/** The same in bytes. */
export const archiveStamp = ({ path, token }: Pick<SealStamp, 'path' | 'token'>): ArchiveStamp => ({
  path: path.map((list) => list.map((hash) => Buffer.from(hash, 'hex'))),
  token: Buffer.from(token, 'base64'),
});

/** The evidence record of a seal's stamps (RFC 4998), in base64; null when there is none. */
export const sealRecord = (stamps: readonly SealStamp[]): string | null =>
  stamps.length === 0 ? null : evidenceRecord(stamps.map(archiveStamp)).toString('base64');
