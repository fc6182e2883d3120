import { randomUUID } from 'node:crypto';
import type { Provider, Type } from '@nestjs/common';
import { accessPolicy } from '#archive/access/access-policy';
import { parseTerms, TERM_FILES } from '#exams/terms';
import type { IdentityDesk } from '#index/identity-desk';
import type { OpaqueIds } from '#index/opaque-ids';
import type { FactPorts } from '#index/postgres/commit-facts';
import { hospitalAuthorities } from '#index/postgres/hospital-authorities';
import { identityDesk } from '#index/postgres/identity-desk';
import { patientFinder } from '#index/postgres/patient-finder';
import { readInstalled } from '#platform/installed-files';
import type { Ports } from '../ports.js';
import { SEARCH, type SearchingPorts } from '../search/search-ports.js';
import { DiscoveryController } from './discovery.controller.js';
import { FHIR, type FhirPorts } from './fhir-ports.js';
import { ImagingController } from './imaging/imaging.controller.js';
import { IMAGING, type ImagingPorts } from './imaging/imaging-ports.js';
import { PatientsController } from './patients.controller.js';
import { personNamed } from './person-named.js';

/** What changes identity, over the log and its rows. */
export const identityOf = (facts: FactPorts, ids: Pick<OpaqueIds, 'patient'>): IdentityDesk =>
  identityDesk({ ...facts, ids });

/** How searches know whom an identifier means. */
export const personNamedBy = ({ pool, nowMs }: Pick<Ports, 'pool' | 'nowMs'>) =>
  personNamed({ finder: patientFinder(pool), authoritiesOf: hospitalAuthorities(pool, nowMs) });

/** What words of exams mean, by the data files of the installation. */
const readTerms = async () => {
  const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);
  return parseTerms(files, digest);
};

export const fhirControllers: readonly Type[] = [
  DiscoveryController,
  PatientsController,
  ImagingController,
];

export const fhirProviders = (ports: Ports): Provider[] => {
  const { pool, ids, identity, retention, recordAccess, nowMs, wallMs } = ports;
  const { policyInForce = () => accessPolicy } = ports;
  const fhir: FhirPorts = {
    finder: patientFinder(pool),
    desk: identity,
    retention,
    ids,
    authoritiesOf: hospitalAuthorities(pool, nowMs),
    policyInForce,
    recordAccess,
    newId: randomUUID,
    wallMs,
  };
  return [
    { provide: FHIR, useValue: fhir },
    {
      provide: IMAGING,
      inject: [SEARCH],
      useFactory: async (search: SearchingPorts): Promise<ImagingPorts> => ({
        ...search,
        ...fhir,
        ids,
        terms: await readTerms(),
      }),
    },
  ];
};
