import { codeKey, codeSystem } from '#exams/code-systems';
import { isWithin, type Region } from '#exams/regions';
import { bodyPartKey, type Terms } from '#exams/terms';
import type { SiteFilter } from '#index/search-filter';
import { type Coding, known, plainText } from './dicom-words.js';
import { type Token, tokenIn } from './search-parameter.js';

export const SNOMED = 'http://snomed.info/sct';
/** Our own codes of fine regions, as exams are classified by them. */
const OWN_REGIONS = 'urn:arkim:region';

/** Which regions terms know. */
export type SiteTerms = Pick<Terms, 'regions' | 'bodyParts' | 'codes'>;

/**
 * The body sites that values of `bodysite` mean: a SNOMED CT code of a fine region or of the value set IHE-MADO1, a code of our own, a body part as
 * DICOM writes it. A fine region stands for all that is part of it. Undefined when no value means any.
 */
export function siteFilter(values: readonly string[], terms: SiteTerms): SiteFilter | undefined {
  const meant = values.map((value) => siteOf(tokenIn(value), terms));
  const all = (pick: (site: SiteFilter) => readonly string[]) => [
    ...new Set(meant.flatMap((site) => (site === undefined ? [] : pick(site)))),
  ];
  if (meant.every((site) => site === undefined)) return undefined;
  return {
    regions: all(({ regions }) => regions),
    coarse: all(({ coarse }) => coarse),
    bodyParts: all(({ bodyParts }) => bodyParts),
  };
}

const NOWHERE: SiteFilter = { regions: [], coarse: [], bodyParts: [] };

function siteOf({ system, code }: Token, terms: SiteTerms): SiteFilter | undefined {
  if (code === '') return undefined;
  const isOf = (name: string) => !system || codeSystem(system) === codeSystem(name);
  if (isOf(SNOMED)) {
    if (isCoarse(code, terms)) return { ...NOWHERE, coarse: [code] };
    const { regions } = terms.codes.get(codeKey(SNOMED, code)) ?? { regions: [] };
    if (regions.length > 0) return inRegions(regions, terms);
  }
  if (isOf(OWN_REGIONS) && terms.regions.has(code)) return inRegions([code], terms);
  if (system) return undefined;
  const part = terms.bodyParts.get(bodyPartKey(code));
  const asWritten = { ...NOWHERE, bodyParts: [code] };
  return part === undefined ? asWritten : inRegions(part.regions, terms);
}

const isCoarse = (code: string, { regions }: SiteTerms): boolean =>
  [...regions.values()].some(({ coarse }) => coarse.includes(code));

const inRegions = (wholes: readonly string[], { regions }: SiteTerms): SiteFilter => ({
  ...NOWHERE,
  regions: [...regions.keys()].filter((part) =>
    wholes.some((whole) => isWithin(regions, part, whole)),
  ),
});

/** The site of a series: what its body part means, else the one region of its study, else the body part as it is written. */
export function siteCoding(
  bodyPart: string,
  regionsOfStudy: readonly string[],
  terms: SiteTerms,
): Coding | undefined {
  const { regions } = terms.bodyParts.get(bodyPartKey(bodyPart)) ?? { regions: [] };
  const [only, ...others] = regions.length > 0 ? regions : regionsOfStudy;
  const region = others.length === 0 ? terms.regions.get(only ?? '') : undefined;
  if (region !== undefined) return regionCoding(region);
  const display = plainText(bodyPart);
  return display === undefined ? undefined : { display };
}

const regionCoding = ({ code, snomed, names }: Region): Coding =>
  known({
    system: snomed === '' ? OWN_REGIONS : SNOMED,
    code: snomed === '' ? code : snomed,
    display: plainText(names.en),
  });

const REGION = 'urn:arkim:fhir:region';
const COARSE_REGION = 'urn:arkim:fhir:coarse-region';

/** All regions of a study, since R4 has a place for one of each series: fine ones, and those of IHE-MADO1. */
export const regionExtensions = (
  regions: readonly string[],
  coarse: readonly string[],
  terms: SiteTerms,
) => [
  ...regions.flatMap((code) => {
    const region = terms.regions.get(code);
    return region === undefined ? [] : [{ url: REGION, valueCoding: regionCoding(region) }];
  }),
  ...coarse.map((code) => ({ url: COARSE_REGION, valueCoding: { system: SNOMED, code } })),
];
