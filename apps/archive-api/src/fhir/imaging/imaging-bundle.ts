import type { Resource } from '../fhir-answer.js';
import { type Pairs, queryText } from './imaging-cursor.js';

/** What a searchset is made of. `next`: the cursor of the next page; `ignored`: names of parameters that were left out. */
export type SearchSet = Readonly<{
  base: string;
  used: Pairs;
  next: string | undefined;
  total: number | undefined;
  matches: readonly Resource[];
  included: readonly Resource[];
  ignored: readonly string[];
}>;

const NAMES_TOLD_MAX = 10;
const NAME = /^[\w:.-]{1,64}$/;

/** A Bundle of type searchset (FHIR R4 §3.1.1.7): what fits, what goes with it, and what was not done as it was asked for. */
export function imagingBundle(
  type: string,
  { base, used, next, total, matches, included, ignored }: SearchSet,
): Resource {
  const address = `${base}/${type}`;
  const link = [
    { relation: 'self', url: used.length === 0 ? address : `${address}?${queryText(used)}` },
    ...(next === undefined ? [] : [{ relation: 'next', url: `${address}?_after=${next}` }]),
  ];
  const entry = [
    ...matches.map((resource) => entryOf(base, resource, 'match')),
    ...included.map((resource) => entryOf(base, resource, 'include')),
    ...(ignored.length === 0 ? [] : [{ resource: leftOut(ignored), search: { mode: 'outcome' } }]),
  ];
  return {
    resourceType: 'Bundle',
    type: 'searchset',
    ...(total !== undefined && { total }),
    link,
    ...(entry.length > 0 && { entry }),
  };
}

const entryOf = (base: string, resource: Resource, mode: 'match' | 'include') => ({
  fullUrl: `${base}/${resource.resourceType}/${resource['id']}`,
  resource,
  search: { mode },
});

const leftOut = (ignored: readonly string[]): Resource => {
  const names = ignored.filter((name) => NAME.test(name)).slice(0, NAMES_TOLD_MAX);
  const told = names.length === 0 ? '' : `: ${names.join(', ')}`;
  return {
    resourceType: 'OperationOutcome',
    issue: [
      {
        severity: 'warning',
        code: 'not-supported',
        diagnostics: `Parameters that are not supported here were left out${told}.`,
      },
    ],
  };
};
