import type { StudyFacts } from '#archive/access/access-facts';
import { systemOf } from '#archive/identity/authority-system';
import type { Demographics } from '#archive/identity-events';
import type {
  ManifestInstance,
  ManifestSeries,
  ManifestStudy,
} from '#archive/manifest/manifest-study';
import type { DicomJson } from '#dicom/dicom-json';
import type { Findable } from '#index/findable';
import { byInstanceNumber, type InstanceFact } from '#index/instance-fact';
import { hiddenIn, toRejectedRow } from '#index/rejected-row';

/** What rows say of a claim at one moment. `study` is undefined when nothing of it is findable; `opposedFrom`: when an opposition that was said will hold. */
export type ClaimNow = Readonly<{
  facts: StudyFacts;
  opposed: boolean;
  opposedFrom: Date | null;
  isTooLarge: boolean;
  study: Omit<ManifestStudy, 'root' | 'location'> | undefined;
}>;

/** Instances of the largest study that gets a manifest: larger ones would hold up the worker. */
const MANIFEST_INSTANCES_MAX = 20_000;

type Rows = Pick<Findable, 'rows'>;

/** Reads them; undefined when nobody knows the claim. */
export async function readClaim(findable: Rows, claim: string): Promise<ClaimNow | undefined> {
  const [row] = (await findable.rows(claimStatement(claim))) as readonly (ClaimRow | undefined)[];
  if (row === undefined) return undefined;
  const { hospital, group, jurisdiction, person, confidentiality, tags, state } = row;
  const isTooLarge = (row.instance_count ?? 0) > MANIFEST_INSTANCES_MAX;
  const isRead = row.attributes !== null && !isTooLarge;
  const series = isRead ? await readSeries(findable, claim) : [];
  return {
    facts: { claim, hospital, group, jurisdiction, person, confidentiality, tags, state },
    opposed: row.opposed,
    opposedFrom: row.opposed_from,
    isTooLarge,
    study: series.length === 0 ? undefined : studyOf(row, series),
  };
}

type ClaimRow = Omit<StudyFacts, 'claim'> &
  Readonly<{
    patient: string;
    origin: string;
    hospital_name: string;
    opposed: boolean;
    opposed_from: Date | null;
    attributes: string | null;
    modalities: readonly string[];
    instance_count: number | null;
    authority: string;
    value: string;
    demographics: Demographics;
    coarse: readonly string[];
  }>;

const OPPOSITIONS = `from oppositions o where a.person <> '' and o.person = a.person and o.hospital in ('', a.hospital)
    and o.claim in ('', a.claim)`;

const claimStatement = (claim: string) => ({
  name: 'manifest-claim',
  text: `select a.hospital, coalesce(h.hospital_group, '') as group, coalesce(h.jurisdiction, '') as jurisdiction, a.person, a.confidentiality, a.tags, a.state, a.patient, a.origin,
  coalesce(h.name, a.hospital) as hospital_name, exists (select ${OPPOSITIONS} and o.valid_from <= now()) as opposed,
  (select min(o.valid_from) ${OPPOSITIONS} and o.valid_from > now()) as opposed_from,
  s.attributes, s.modalities, s.instance_count, p.authority, p.value, p.demographics, coalesce(e.coarse, '{}') as coarse
from study_access a left join hospitals h on h.hospital = a.hospital left join {schema}.studies s on s.claim = a.claim
left join patient_ids p on p.patient = a.patient left join study_exams e on e.claim = a.claim
where a.claim = $1`,
  values: [claim],
});

type SeriesRows = Readonly<{
  series: string;
  claim: string;
  hospital: string;
  attributes: string;
  facts: string | null;
  rejections: string | null;
}>;

async function readSeries(findable: Rows, claim: string): Promise<readonly ManifestSeries[]> {
  const rows = (await findable.rows({
    name: 'manifest-series',
    text: `select e.series, e.claim, e.hospital, e.attributes, g.facts, r.rejections from {schema}.series e
  left join {schema}.segments g on g.series = e.series left join {schema}.rejected r on r.series = e.series
where e.claim = $1 order by e.number nulls last, e.series_uid collate "C", g.sequence`,
    values: [claim],
  })) as unknown as readonly SeriesRows[];
  return [...Map.groupBy(rows, ({ series }) => series).values()].flatMap((segments) => {
    const [first] = segments;
    const hidden = hiddenIn(first?.rejections == null ? undefined : toRejectedRow(first));
    const instances = segments
      .flatMap(({ facts }) => instancesIn(facts))
      .filter(({ instance }) => !hidden.has(instance));
    if (first === undefined || instances.length === 0) return [];
    const attributes = JSON.parse(first.attributes) as DicomJson;
    return [{ attributes, instances: instances.sort(byInstanceNumber).map(instanceOf) }];
  });
}

const instancesIn = (facts: string | null): readonly InstanceFact[] =>
  facts === null ? [] : (JSON.parse(facts) as InstanceFact[]);

const WAVEFORM = /^1\.2\.840\.10008\.5\.1\.4\.1\.1\.9\./;

const instanceOf = (fact: InstanceFact): ManifestInstance => {
  const { instance, sopClass, number, frames } = fact;
  return { instance, sopClass, kind: kindOf(fact), number, frames };
};

/** What has rows of pixels is an image. */
const kindOf = ({ sopClass, rows }: InstanceFact): ManifestInstance['kind'] => {
  if (WAVEFORM.test(sopClass)) return 'WAVEFORM';
  return rows === null ? 'COMPOSITE' : 'IMAGE';
};

function studyOf(row: ClaimRow, series: readonly ManifestSeries[]): ClaimNow['study'] {
  const { attributes } = JSON.parse(row.attributes ?? '{}') as { attributes: DicomJson };
  return {
    hospital: { code: row.hospital, name: row.hospital_name },
    patient: patientOf(row, attributes),
    attributes,
    modalities: row.modalities,
    regions: [...row.coarse].sort(),
    series,
  };
}

/** What the study says of its patient, unless it was given to another one since. */
function patientOf(row: ClaimRow, attributes: DicomJson): ManifestStudy['patient'] {
  const { patient: id, origin, authority, value, demographics } = row;
  const system = systemOf(authority ?? '');
  const named = { id, system, value: value ?? '' };
  if (id !== origin) return { ...named, ...saidOf(demographics) };
  const first = (tag: string) => attributes[tag]?.Value?.[0];
  return {
    ...named,
    name: nameText(first('00100010')),
    birthDate: String(first('00100030') ?? ''),
    sex: String(first('00100040') ?? ''),
  };
}

const saidOf = ({ names = [], birthDate = '', sex = '' }: Partial<Demographics> = {}) => {
  const groups = (['alphabetic', 'ideographic', 'phonetic'] as const).map((script) => {
    const name = names.find((one) => one.script === script);
    return name === undefined ? '' : [name.family, ...name.given].join('^');
  });
  return { name: groups.join('=').replace(/=+$/, ''), birthDate, sex };
};

const nameText = (value: unknown): string => {
  if (typeof value !== 'object' || value === null) return String(value ?? '');
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
};
