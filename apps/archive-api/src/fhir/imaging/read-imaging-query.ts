import type { SearchMatch } from '#dicomweb/search-query';
import { malformed } from '../query-of.js';
import type { SiteTerms } from './body-site.js';
import { type CriteriaDraft, newDraft, READERS } from './imaging-criteria.js';
import type { ImagingQuery, Included } from './imaging-query.js';
import { valuesIn } from './search-parameter.js';
import { type StartedRange, startedRange } from './started-range.js';

export const COUNT_DEFAULT = 50;
export const COUNT_MAX = 200;
const INCLUDES: Readonly<Record<string, readonly Included[]>> = {
  'ImagingStudy:endpoint': ['endpoint'],
  'ImagingStudy:patient': ['patient'],
  'ImagingStudy:subject': ['patient'],
  '*': ['endpoint', 'patient'],
};
/** Say how the answer is written, which goes without saying here. */
const OF_FORM = ['_format', '_pretty'];

type Pairs = readonly (readonly [name: string, value: string])[];
type Draft = CriteriaDraft & {
  count: number;
  isAscending: boolean;
  included: Set<Included>;
  hasTotal: boolean;
  used: (readonly [string, string])[];
  ignored: string[];
};

/**
 * Reads the parameters of a search for ImagingStudy (FHIR R4 §3.1.1, §10.5). `base`: the FHIR root as this client reaches it. One that isn't known is
 * left out and told; `isStrict`: refused (Prefer: handling). What would be broader than was asked for is always refused: an unknown modifier or
 * chain of a known parameter. Throws ProblemException.
 */
export function readImagingQuery(
  pairs: Pairs,
  { base, terms, isStrict }: Readonly<{ base: string; terms: SiteTerms; isStrict: boolean }>,
): ImagingQuery {
  const draft: Draft = {
    ...newDraft({ base, terms }),
    ...{ count: COUNT_DEFAULT, isAscending: false, hasTotal: true },
    ...{ included: new Set<Included>(), used: [], ignored: [] },
  };
  for (const [name, value] of pairs) {
    if (OF_FORM.includes(name)) continue;
    if (readOne(draft, name, value)) draft.used.push([name, value]);
    else if (isStrict) throw malformed('A parameter is not supported here: see /fhir/metadata.');
    else draft.ignored.push(name);
  }
  const { started, base: _base, terms: _terms, ...rest } = draft;
  const range = started.length === 0 ? undefined : rangeOf(started);
  const isOfNothing = rest.isOfNothing || range === 'nothing';
  const matches = typeof range === 'object' ? [...rest.matches, ...rangeMatches(range)] : [];
  return { ...rest, isOfNothing, matches: range === undefined ? rest.matches : matches };
}

/** Whether the parameter is known; it is in the draft then. */
function readOne(draft: Draft, name: string, value: string): boolean {
  if (value === '') return true;
  const reader = READERS.get(name);
  if (reader !== undefined) {
    const values = valuesIn(value);
    if (values === undefined) throw malformed('A parameter has too many values.');
    reader(draft, { name, values });
    return true;
  }
  const [parameter = ''] = name.split(/[:.]/);
  if (parameter !== name && READERS.has(parameter))
    throw malformed('A parameter has a modifier or a chain that is not supported here.');
  return readOfResult(draft, name, value);
}

/** Parameters that say what the answer is to be like (FHIR R4 §3.1.1.5). */
function readOfResult(draft: Draft, name: string, value: string): boolean {
  switch (name) {
    case '_count':
      draft.count = countOf(value);
      return true;
    case '_sort':
      if (value !== 'started' && value !== '-started') return false;
      draft.isAscending = value === 'started';
      return true;
    case '_include':
      for (const one of INCLUDES[value] ?? []) draft.included.add(one);
      return Object.hasOwn(INCLUDES, value);
    case '_total':
      draft.hasTotal = value !== 'none';
      return ['none', 'estimate', 'accurate'].includes(value);
    case '_summary':
      if (value === 'count') draft.count = 0;
      return value === 'count' || value === 'false';
    default:
      return false;
  }
}

const countOf = (value: string): number => {
  if (!/^\d{1,9}$/.test(value)) throw malformed('_count is no whole number.');
  return Math.min(Number(value), COUNT_MAX);
};

const rangeOf = (started: readonly string[]): StartedRange | 'nothing' => {
  const range = startedRange(started);
  if (range === undefined)
    throw malformed('started is no date, or has a prefix that is not known.');
  return range;
};

const rangeMatches = ({ dates, times, zone }: StartedRange): readonly SearchMatch[] => {
  const inZone = zone === undefined ? {} : { zone };
  const match = (tag: string, vr: string, ends: StartedRange['dates']): SearchMatch => ({
    ...{ path: [tag], vr, level: 'study', parameter: 'started' },
    condition: { kind: 'range', ...ends, ...inZone },
  });
  const ofDay = match('00080020', 'DA', dates);
  return times === undefined ? [ofDay] : [ofDay, match('00080030', 'TM', times)];
};
