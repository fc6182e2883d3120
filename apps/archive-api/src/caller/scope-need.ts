import type { Action } from '#archive/access/access-words';
import { type Permission, type ScopeNeed, STORE_SCOPE } from './scopes.js';

/** The template of a resource by its id: not that of all of a type, nor of an operation. */
const BY_ID = /^\/fhir\/[A-Z][A-Za-z]*\/:/;

/**
 * What scopes must let for an action on a route, by its template, since an address may be written in many ways: studies go by ImagingStudy on DICOMweb too, since DICOM has no scopes of its own. Undefined: no
 * scope lets it.
 */
export function scopeNeed(action: Action, route: string): ScopeNeed | undefined {
  switch (action) {
    case 'search':
      return need('ImagingStudy', BY_ID.test(route) ? 'r' : 's');
    case 'read-metadata':
    case 'retrieve':
    case 'export':
      return need('ImagingStudy', 'r');
    case 'store':
    case 'read-receipt':
    case 'ask-commitment':
      return need(STORE_SCOPE, 'c');
    case 'read-identity':
      return need('Patient', BY_ID.test(route) ? 'r' : 's');
    case 'keep-identity':
      return need('Patient', 'c', 'u');
    case 'read-audit':
      return need('AuditEvent', BY_ID.test(route) ? 'r' : 's');
    default:
      return undefined;
  }
}

const need = (resource: string, ...permissions: readonly Permission[]): ScopeNeed => ({
  resource,
  permissions,
});

/** What a scope for one patient alone lets: reading studies and who it is. Other routes know no way to keep to that patient. */
export const keepsToPatient = ({ resource, permissions }: ScopeNeed): boolean =>
  ['ImagingStudy', 'Patient'].includes(resource) &&
  permissions.every((permission) => permission === 'r' || permission === 's');
