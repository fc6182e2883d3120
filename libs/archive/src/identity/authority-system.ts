import { authorityNamed } from './patient-identifier.js';

/** An OID (X.660). */
const OID = /^[0-2](?:\.(?:0|[1-9]\d*))+$/;
const URI = /^[a-z][a-z0-9+.-]*:\S+$/i;
/** What a hospital's own authority is called outside, where a URI is wanted. */
const HOSPITAL = 'urn:arkim:authority:';
const SYSTEM_CHARACTERS_MAX = 250;

/** The URI of an authority, as an identifier's `system` in FHIR: an OID's URN, a URI as it is, anything else within a URN of the archive. */
export function systemOf(authority: string): string {
  if (OID.test(authority)) return `urn:oid:${authority}`;
  return URI.test(authority) ? authority : `${HOSPITAL}${authority}`;
}

/** The authority that a system stands for; undefined when it is none. A hospital's code alone is taken for its authority. */
export function authorityOfSystem(system: string): string | undefined {
  if (system === '' || system.length > SYSTEM_CHARACTERS_MAX || /\s/.test(system)) return undefined;
  return system.startsWith(HOSPITAL) ? system.slice(HOSPITAL.length) : authorityNamed(system);
}
