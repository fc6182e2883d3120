import type { Findable } from '#index/findable';

/** Series of one study that an answer to a search shows, and that a read does. */
export const SERIES_SHOWN_MAX = 200;
export const SERIES_READ_MAX = 2_000;

/** Who holds a claim and whose it is. `patient`, `person`: opaque, '' when the study names nobody. `name`: of the hospital. `regions`, `coarse`: where the exam looked at. */
export type ClaimShown = Readonly<{
  claim: string;
  hospital: string;
  name: string;
  patient: string;
  person: string;
  regions: readonly string[];
  coarse: readonly string[];
}>;

/** A series as its row has it; `json`: of the attributes of the series. */
export type SeriesShown = Readonly<{
  claim: string;
  series: string;
  series_uid: string;
  modality: string;
  number: number | null;
  description: string;
  body_part: string;
  instance_count: number;
  json: string;
}>;

/** Of studies that a search has found: what no row of a search has. Only what was found within the caller's reach may be asked for. */
export async function claimsShown(
  { rows }: Pick<Findable, 'rows'>,
  claims: readonly string[],
): Promise<ReadonlyMap<string, ClaimShown>> {
  if (claims.length === 0) return new Map();
  const found = (await rows({
    name: 'imaging-claims',
    text: `select studies.claim, studies.hospital, coalesce(hospitals.name, studies.hospital) as name,
  coalesce(access.patient, '') as patient, coalesce(access.person, '') as person,
  coalesce(exams.regions, '{}') as regions, coalesce(exams.coarse, '{}') as coarse
from {schema}.studies as studies left join study_access as access on access.claim = studies.claim
  left join study_exams as exams on exams.claim = studies.claim left join hospitals on hospitals.hospital = studies.hospital
where studies.claim = any ($1::text[])`,
    values: [claims],
  })) as readonly ClaimShown[];
  return new Map(found.map((row) => [row.claim, row]));
}

/** The series of each of these studies in their order, `seriesMax` of each at most. */
export async function seriesShown(
  { rows }: Pick<Findable, 'rows'>,
  claims: readonly string[],
  seriesMax: number,
): Promise<ReadonlyMap<string, readonly SeriesShown[]>> {
  if (claims.length === 0) return new Map();
  const found = (await rows({
    name: 'imaging-series',
    text: `select series.* from unnest($1::text[]) as shown (claim), lateral (
  select claim, series, series_uid, modality, number, description, body_part, instance_count, json from {schema}.series
  where series.claim = shown.claim order by number, series_uid limit $2
) as series`,
    values: [claims, seriesMax],
  })) as readonly SeriesShown[];
  return Map.groupBy(found, ({ claim }) => claim);
}
