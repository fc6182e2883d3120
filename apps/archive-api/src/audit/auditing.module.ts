import { randomBytes, randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import type { RecordAccess } from '#archive/access/access-facts';
import type { KeyRing } from '#events/key-ring';
import { auditRecorder } from '#evidence/audit-recorder';
import { writeAudit } from '#evidence/postgres/write-audit';

/** What writes decisions about access down in the database. */
export const openRecordAccess = (pool: Pool, keys: Pick<KeyRing, 'ensure'>): RecordAccess =>
  auditRecorder({
    write: writeAudit({ pool, keys, wallMs: Date.now, random: randomBytes }),
    wallMs: Date.now,
    newId: randomUUID,
  });
