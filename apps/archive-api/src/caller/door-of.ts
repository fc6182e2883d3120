/** What of the archive a request knocks at, by the first part of its path; a closed vocabulary. */
const DOORS = ['dicom-web', 'fhir', 'governance', 'oauth2', 'cds-services', 'metrics'];

/** `other` for every path that begins otherwise. */
export function doorOf(url: string): string {
  const first = /^\/([^/?]*)/.exec(url)?.[1];
  return DOORS.find((door) => door === first) ?? 'other';
}
