import { authorityNamed } from '#archive/identity/patient-identifier';
import type { Caller } from '../caller/caller.js';
import { type FhirPorts, reachOfCaller } from './fhir-ports.js';

/**
 * The person whom a caller means by a Patient ID and its issuer, as their hospital's settings read that text; undefined when it is nobody's, or of an
 * authority that they may not know of.
 */
export type PersonNamed = (
  caller: Caller,
  named: Readonly<{ issuer: string; value: string }>,
) => Promise<string | undefined>;

/** Looks it up, as a search over FHIR would. */
export const personNamed =
  (ports: Pick<FhirPorts, 'finder' | 'authoritiesOf'>): PersonNamed =>
  async (caller, { issuer, value }) => {
    const { issuers } = await ports.authoritiesOf(caller.hospital);
    const authority = issuers.get(issuer) ?? authorityNamed(issuer);
    const reach = await reachOfCaller(ports, caller);
    const criteria = {
      identifiers: [{ authority, value }],
      names: [],
      birthDates: [],
      updated: [],
    };
    const [person] = await ports.finder.people(criteria, reach, { limit: 1, after: '' });
    return person;
  };
