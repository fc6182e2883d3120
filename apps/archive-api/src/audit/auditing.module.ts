import { randomBytes, randomUUID } from 'node:crypto';
import type { Provider, Type } from '@nestjs/common';
import type { Pool } from 'pg';
import type { RecordAccess } from '#archive/access/access-facts';
import type { KeyRing } from '#events/key-ring';
import { auditRecorder } from '#evidence/audit-recorder';
import { findAccesses } from '#evidence/postgres/find-accesses';
import { writeAudit } from '#evidence/postgres/write-audit';
import { refusedCredentials } from '#evidence/refused-credentials';
import { evidenceControllers, evidenceProviders } from '../evidence/evidence.module.js';
import { personOf } from '../governance/whose-patient.js';
import type { Ports } from '../ports.js';
import { AccessLogController } from './access-log.controller.js';
import { AuditEventsController } from './audit-events.controller.js';
import { AUDIT, type AuditPorts } from './audit-ports.js';

/** What writes decisions about access down in the database. */
export const openRecordAccess = (pool: Pool, keys: Pick<KeyRing, 'ensure'>): RecordAccess =>
  auditRecorder(writing(pool, keys));

/** What writes down who was shown what, and how often nobody was believed. */
export const recordingPorts = (
  pool: Pool,
  keys: Pick<KeyRing, 'ensure'>,
): Pick<Ports, 'recordAccess' | 'refusedCredentials'> => ({
  recordAccess: openRecordAccess(pool, keys),
  refusedCredentials: refusedCredentials(writing(pool, keys)),
});

const writing = (pool: Pool, keys: Pick<KeyRing, 'ensure'>) => ({
  write: writeAudit({ pool, keys, wallMs: Date.now, random: randomBytes }),
  wallMs: Date.now,
  newId: randomUUID,
});

/** Of records of access, and of what proves them and all else. */
export const auditControllers: readonly Type[] = [
  AuditEventsController,
  AccessLogController,
  ...evidenceControllers,
];

export const auditProviders = (ports: Ports): Provider[] => [
  ...recordProviders(ports),
  ...evidenceProviders(ports),
];

const recordProviders = ({ pool, keys, ids }: Ports): Provider[] => [
  {
    provide: AUDIT,
    useValue: {
      findAccesses: findAccesses(pool, keys),
      personOf: (patient) => personOf(pool, patient),
      ids,
    } satisfies AuditPorts,
  },
];
