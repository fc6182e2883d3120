import { AGENCY } from '#archive/access/agency';
import type { AuditReach, FindAccesses } from '#evidence/access-query';
import type { OpaqueIds } from '#index/opaque-ids';
import type { Caller } from '../caller/caller.js';
import { forbidden, ProblemException } from '../problem.js';

export const AUDIT = Symbol('Audit');

/** What reading the audit needs. `personOf`: the person of an opaque id of a patient now. */
export type AuditPorts = Readonly<{
  findAccesses: FindAccesses;
  personOf: (patient: string) => Promise<string>;
  ids: Pick<OpaqueIds, 'patient'>;
}>;

/** Patients see who saw their studies, the agency all, a hospital what it did and what was done to its studies. */
export function auditReachOf({ roles, hospital, person }: Caller): AuditReach {
  if (roles.includes('patient')) {
    if (person === null) throw new ProblemException(forbidden('The token names no patient.'));
    return { person };
  }
  return hospital === AGENCY ? { nation: true } : { hospital };
}
