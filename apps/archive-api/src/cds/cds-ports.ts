import type { Pool } from 'pg';
import type { RecordAccess } from '#archive/access/access-facts';
import type { Authorities } from '#archive/identity/patient-identifier';
import type { Terms } from '#exams/terms';
import type { CareCommands } from '#index/care-commands';
import type { OpaqueIds } from '#index/opaque-ids';
import type { OrderCommands } from '#index/order-commands';
import type { HospitalRegistry } from '../caller/hospital-registry.js';
import type { DuplicatePorts } from '../duplicates/find-duplicates.js';
import type { ReportPorts } from './read-reports.js';

export const CDS = Symbol('Cds');

/** What the services of CDS Hooks are given. `publicUrl`: where the archive is reached from outside; undefined: where each request says. */
export type CdsPorts = DuplicatePorts &
  ReportPorts &
  Readonly<{
    pool: Pool;
    ids: OpaqueIds;
    care: CareCommands;
    orders: Pick<OrderCommands, 'cardsShown'>;
    registry: HospitalRegistry;
    authoritiesOf: (hospital: string) => Promise<Authorities>;
    recordAccess: RecordAccess;
    /** What words of orders mean, with the hospital's own codes. */
    termsOf: (hospital: string) => Promise<Terms>;
    publicUrl: string | undefined;
    wallMs: () => number;
  }>;
