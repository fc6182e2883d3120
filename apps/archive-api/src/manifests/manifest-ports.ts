import type { KeyRing } from '#events/key-ring';
import type { PermitStudy } from '../access/permit-study.js';
import type { FhirPorts } from '../fhir/fhir-ports.js';
import type { SearchingPorts } from '../search/search-ports.js';

export const MANIFESTS = Symbol('Manifests');

/** What the routes of manifests are given. */
export type ManifestPorts = Pick<
  SearchingPorts,
  'findable' | 'policyInForce' | 'recordAccess' | 'wallMs'
> &
  Pick<FhirPorts, 'finder' | 'authoritiesOf' | 'ids'> &
  Readonly<{ keys: Pick<KeyRing, 'find'> }>;

/** The gate that documents go out through. */
export type DocumentPorts = ManifestPorts & Readonly<{ permit: PermitStudy }>;
