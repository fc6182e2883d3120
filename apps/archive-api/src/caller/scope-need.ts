import type { Action } from '#archive/access/access-words';
import { type Permission, type ScopeNeed, STORE_SCOPE } from './scopes.js';

/** A resource by its id, not all of a type nor an operation. */
const BY_ID = /^\/fhir\/[A-Z][A-Za-z]*\/[^/$_?]/;

/**
 * What scopes must let for an action on this address: studies go by ImagingStudy on DICOMweb too, since DICOM has no scopes of its own. Undefined: no
 * scope lets it.
 */
export function scopeNeed(action: Action, url: string): ScopeNeed | undefined {
  switch (action) {
    case 'search':
      return need('ImagingStudy', BY_ID.test(url) ? 'r' : 's');
    case 'read-metadata':
    case 'retrieve':
    case 'export':
      return need('ImagingStudy', 'r');
    case 'store':
    case 'read-receipt':
    case 'ask-commitment':
      return need(STORE_SCOPE, 'c');
    case 'read-identity':
      return need('Patient', BY_ID.test(url) ? 'r' : 's');
    case 'keep-identity':
      return need('Patient', 'c', 'u');
    case 'read-audit':
      return need('AuditEvent', BY_ID.test(url) ? 'r' : 's');
    default:
      return undefined;
  }
}

const need = (resource: string, ...permissions: readonly Permission[]): ScopeNeed => ({
  resource,
  permissions,
});

/** What a scope for one patient alone lets: studies. Other routes know no way to keep to that patient. */
export const keepsToPatient = ({ resource }: ScopeNeed): boolean => resource === 'ImagingStudy';
