import { readTable } from './read-table.js';

export type Language = 'en' | 'fr' | 'de' | 'pt';

/** A fine region. `partOf`: the code of the larger region whose exam shows it too, '' for none. `coarse`: SNOMED CT codes of IHE-MADO1. */
export type Region = Readonly<{
  code: string;
  partOf: string;
  coarse: readonly string[];
  /** An exam looks at one side or both; else at all of it. */
  paired: boolean;
  /** The region that angiography of this one looks at, '' where it is the same. */
  vessels: string;
  /** The SNOMED CT body structure, '' where there is none. */
  snomed: string;
  names: Readonly<Record<Language, string>>;
}>;

export type Regions = ReadonlyMap<string, Region>;

const COLUMNS = ['code', 'part_of', 'coarse', 'sides', 'vessels', 'snomed', 'en', 'fr', 'de', 'pt'];

/** Reads `regions.tsv`; `coarse` are the codes that it may name. Throws an Error that names the line. */
export function parseRegions(text: string, coarse: ReadonlySet<string>): Regions {
  const rows = readTable('regions.tsv', text, COLUMNS);
  const regions = new Map(rows.map(({ cells }) => [cells['code'] ?? '', regionOf(cells)]));
  for (const { line, cells } of rows) {
    const region = regions.get(cells['code'] ?? '');
    const wrong =
      region === undefined ||
      !/^[a-z][a-z-]*$/.test(region.code) ||
      region.coarse.length === 0 ||
      region.coarse.some((code) => !coarse.has(code)) ||
      (region.partOf !== '' && !regions.has(region.partOf)) ||
      (region.vessels !== '' && !regions.has(region.vessels)) ||
      !['paired', 'one'].includes(cells['sides'] ?? '');
    if (wrong) throw new Error(`regions.tsv:${line}: unknown words`);
  }
  if (regions.size !== rows.length) throw new Error('regions.tsv: a region stands there twice');
  return regions;
}

const regionOf = (cells: Readonly<Record<string, string>>): Region => ({
  code: cells['code'] ?? '',
  partOf: cells['part_of'] ?? '',
  coarse: (cells['coarse'] ?? '').split(',').filter((code) => code !== ''),
  paired: cells['sides'] === 'paired',
  vessels: cells['vessels'] ?? '',
  snomed: cells['snomed'] ?? '',
  names: {
    en: cells['en'] ?? '',
    fr: cells['fr'] ?? '',
    de: cells['de'] ?? '',
    pt: cells['pt'] ?? '',
  },
});

/** Whether `part` is the region `whole` or a part of it, however deep. */
export function isWithin(regions: Regions, part: string, whole: string): boolean {
  let code = part;
  for (let depth = 0; depth < regions.size && code !== ''; depth++) {
    if (code === whole) return true;
    code = regions.get(code)?.partOf ?? '';
  }
  return false;
}
