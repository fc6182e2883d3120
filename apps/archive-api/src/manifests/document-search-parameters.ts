import { DOCUMENT_PARAMETERS } from './document-parameters.js';

const DATES = ['date', 'creation', 'period'];
const REFERENCES = ['patient', 'subject'];

const typeOf = (name: string) => {
  if (DATES.includes(name)) return 'date';
  return REFERENCES.includes(name) ? 'reference' : 'token';
};

/** As a CapabilityStatement lists them. */
export const documentSearchParameters = DOCUMENT_PARAMETERS.map((name) => ({
  name,
  type: typeOf(name),
}));
