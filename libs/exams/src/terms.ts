import { codeKey } from './code-systems.js';
import { type Dictionary, parseDictionary } from './dictionary.js';
import { type Meaning, readMeaning } from './meaning.js';
import { readTable } from './read-table.js';
import { parseRegions, type Regions } from './regions.js';

/** Names of the data files. */
export const TERM_FILES = [
  'regions.tsv',
  'coarse.tsv',
  'body-parts.tsv',
  'codes.tsv',
  'words.tsv',
] as const;
export type TermFiles = Readonly<Record<(typeof TERM_FILES)[number], string>>;

/** What words and codes mean, as the data files say it. `version`: by which it is told whether a class was made by other terms. */
export type Terms = Readonly<{
  version: string;
  regions: Regions;
  /** By the text of Body Part Examined, in lower case without spaces. */
  bodyParts: ReadonlyMap<string, Meaning>;
  /** Anatomic regions and procedures, by `codeKey`. */
  codes: ReadonlyMap<string, Meaning>;
  /** The hospital's own codes, by `codeKey`. */
  localCodes: ReadonlyMap<string, Meaning>;
  dictionary: Dictionary;
}>;

/** Reads the data files. Throws an Error that names file and line. */
export function parseTerms(files: TermFiles, version = ''): Terms {
  const coarse = readTable('coarse.tsv', files['coarse.tsv'], ['snomed', 'meaning', 'body_part']);
  const known = new Set(coarse.map(({ cells }) => cells['snomed'] ?? ''));
  const regions = parseRegions(files['regions.tsv'], known);
  const { bodyParts, codes } = parseBodyParts(files['body-parts.tsv'], regions);
  return {
    version,
    regions,
    bodyParts,
    codes: new Map([...codes, ...parseCodes(files['codes.tsv'], regions)]),
    localCodes: new Map(),
    dictionary: parseDictionary(files['words.tsv'], regions),
  };
}

/** How Body Part Examined is compared: in lower case, without spaces, underscores and hyphens. */
export const bodyPartKey = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

const BODY_PARTS = ['body_part', 'snomed', 'snomed_rt', 'means'];

type Meant = readonly (readonly [string, Meaning])[];

/** `body-parts.tsv` (PS3.16 CID 4031, PS3.16 Annex L): one line is a body part and the codes that say the same. */
const parseBodyParts = (text: string, regions: Regions) => {
  const parts: (readonly [string, Meaning])[] = [];
  const codes: (readonly [string, Meaning])[] = [];
  for (const { line, cells } of readTable('body-parts.tsv', text, BODY_PARTS)) {
    const meaning = readMeaning(cells['means'] ?? '', regions);
    if (meaning === undefined) throw new Error(`body-parts.tsv:${line}: unknown words`);
    parts.push(...listed(cells['body_part'], bodyPartKey, meaning));
    codes.push(...listed(cells['snomed'], (code) => codeKey('SCT', code), meaning));
    codes.push(...listed(cells['snomed_rt'], (code) => codeKey('SRT', code), meaning));
  }
  return { bodyParts: new Map(parts), codes: new Map([...ownCodes(regions), ...codes]) };
};

const listed = (cell = '', keyOf: (text: string) => string, meaning: Meaning): Meant =>
  cell
    .split(',')
    .filter((text) => text !== '')
    .map((text) => [keyOf(text), meaning]);

const ownCodes = (regions: Regions): Meant =>
  [...regions.values()]
    .filter(({ snomed }) => snomed !== '')
    .map(({ code, snomed }) => [codeKey('SCT', snomed), { regions: [code], purposes: [] }]);

const CODES = ['system', 'code', 'means', 'name'];

const parseCodes = (text: string, regions: Regions): ReadonlyMap<string, Meaning> =>
  new Map(
    readTable('codes.tsv', text, CODES).map(({ line, cells }) => {
      const meaning = readMeaning(cells['means'] ?? '', regions);
      if (meaning === undefined) throw new Error(`codes.tsv:${line}: unknown words`);
      return [codeKey(cells['system'] ?? '', cells['code'] ?? ''), meaning] as const;
    }),
  );
