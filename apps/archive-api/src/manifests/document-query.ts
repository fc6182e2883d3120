import { malformed, queryOf } from '../fhir/query-of.js';
import { type DocumentQuery, type Draft, newDraft, READERS } from './document-parameters.js';

const VALUES_MAX = 50;

/** Reads the parameters. One that isn't known is refused, so that no answer is broader than was asked for. Throws ProblemException. */
export function documentQuery(url: string): DocumentQuery {
  const draft: Draft = newDraft();
  for (const [name, value] of queryOf(url)) {
    const reader = READERS.get(name);
    if (reader === undefined)
      throw malformed('A parameter is not known here: see /fhir/metadata for those that are.');
    const values = value.split(',');
    if (values.length > VALUES_MAX) throw malformed('A parameter has too many values.');
    reader(draft, values, name);
  }
  const { patients, encodings, count, isOfNothing, ...manifests } = draft;
  const { studies, accessions, uids, manifests: named } = manifests;
  if (
    patients.length === 0 &&
    [studies, accessions, uids, named].every((each) => each === undefined)
  )
    throw malformed('A search needs a patient, a study, an accession number or an identifier.');
  return { manifests, patients, encodings, count, isOfNothing };
}

/** Where the next page goes on. */
export const cursorOf = (madeAt: Date, manifest: string): string =>
  `${madeAt.toISOString()}~${manifest}`;
