/** The hospitals of this suite by what is judged in them, so that no file finds what another one stores. */
export const HOSPITALS = {
  retrieve: 'CONF-RETRIEVE',
  search: 'CONF-SEARCH',
  store: 'CONF-STORE',
  metadata: 'CONF-METADATA',
  commitment: 'CONF-COMMITMENT',
  hostile: 'CONF-HOSTILE',
} as const;
