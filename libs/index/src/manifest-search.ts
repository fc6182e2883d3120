import type { Statement } from './findable.js';
import { eachBranch, type SearchReach } from './search-reach.js';
import { type Bind, statementValues } from './search-sql.js';

/** Manifests that one search may look at. */
const LOOKED_MAX = 5_000;

/** From one moment (inclusive) to another (exclusive), as text that sorts; open where one is missing. */
export type Span = Readonly<{ from?: string; until?: string }>;

/** What is sought: all of it. Lists hold alternatives. `after`: what the page before ended with. */
export type ManifestQuery = Readonly<{
  persons?: readonly string[];
  studies?: readonly string[];
  accessions?: readonly Readonly<{ value: string; hospital?: string }>[];
  uids?: readonly string[];
  manifests?: readonly string[];
  /** Of each list one at least: a study has several. */
  modalities: readonly (readonly string[])[];
  regions: readonly (readonly string[])[];
  statuses?: readonly string[];
  /** Moments in ISO 8601. */
  made: readonly Span[];
  /** Dates of studies, YYYYMMDD. */
  started: readonly Span[];
  after?: Readonly<{ madeAt: string; manifest: string }>;
  limit: number;
}>;

/** A manifest that was found, with whose it is now and how confidential. */
export type FoundManifest = Readonly<{
  manifest: string;
  claim: string;
  hospital: string;
  hospital_name: string;
  status: 'current' | 'superseded';
  replaced: string;
  made_at: Date;
  study_uid: string;
  started: string;
  started_time: string;
  timezone: string;
  accession: string;
  description: string;
  modalities: readonly string[];
  regions: readonly string[];
  documents: string;
  confidentiality: string;
  person: string;
  patient: string;
  authority: string | null;
  value: string | null;
}>;

/** Newest first, of studies that the reach has in it alone: what it hasn't leaves no trace in rows, order or pages. */
export function manifestStatement(query: ManifestQuery, reach: SearchReach): Statement {
  const { values, bind } = statementValues();
  const wanted = conditionsOf(query, bind);
  const reached = eachBranch(reach, bind, ({ from, where }) => ({
    text: `select studies.claim from ${from} where ${[...where, OF_WANTED].join(' and ')}`,
  }));
  const text = `with wanted as materialized (
select m.*, a.person, a.patient, a.confidentiality from manifests m join study_access a on a.claim = m.claim
where ${wanted.length === 0 ? 'false' : wanted.join('\n  and ')}
order by m.made_at desc, m.manifest limit ${bind(LOOKED_MAX)}
), reached as (
${reached}
)
select w.*, coalesce(h.name, w.hospital) as hospital_name, p.authority, p.value
from wanted w left join hospitals h on h.hospital = w.hospital left join patient_ids p on p.patient = w.patient
where w.claim in (select claim from reached)
order by w.made_at desc, w.manifest limit ${bind(query.limit)}`;
  return { text, values };
}

const OF_WANTED = 'studies.claim = any (array(select claim from wanted))';

const conditionsOf = (query: ManifestQuery, bind: Bind): readonly string[] => {
  const { persons, accessions, made, started, after } = query;
  const among = (column: string, list: readonly string[] | undefined) =>
    list === undefined ? [] : [`m.${column} = any (${bind(list)}::text[])`];
  const overlaps = (column: string, list: readonly string[] | undefined) =>
    list === undefined ? [] : [`m.${column} && ${bind(list)}::text[]`];
  return [
    ...(persons === undefined ? [] : [`a.person = any (${bind(persons)}::text[])`]),
    ...among('study_uid', query.studies),
    ...among('manifest', query.manifests),
    ...among('status', query.statuses),
    ...overlaps('uids', query.uids),
    ...query.modalities.flatMap((list) => overlaps('modalities', list)),
    ...query.regions.flatMap((list) => overlaps('regions', list)),
    ...(accessions === undefined ? [] : [accessionSql(accessions, bind)]),
    ...made.flatMap((span) => spanSql('m.made_at', span, (text) => `${bind(text)}::timestamptz`)),
    ...started.flatMap((span) => spanSql('m.started', span, bind)),
    ...(after === undefined ? [] : [afterSql(after, bind)]),
  ];
};

const accessionSql = (accessions: NonNullable<ManifestQuery['accessions']>, bind: Bind): string => {
  const each = accessions.map(({ value, hospital }) =>
    hospital === undefined
      ? `m.accession = ${bind(value)}`
      : `(m.accession = ${bind(value)} and m.hospital = ${bind(hospital)})`,
  );
  return `m.accession <> '' and (${each.join(' or ')})`;
};

const spanSql = (column: string, { from, until }: Span, bind: (text: string) => string) => [
  ...(from === undefined ? [] : [`${column} >= ${bind(from)}`]),
  ...(until === undefined ? [] : [`${column} < ${bind(until)}`]),
];

const afterSql = ({ madeAt, manifest }: NonNullable<ManifestQuery['after']>, bind: Bind) => {
  const at = `${bind(madeAt)}::timestamptz`;
  return `(m.made_at < ${at} or (m.made_at = ${at} and m.manifest > ${bind(manifest)}))`;
};

/** Which claim a manifest is of, and what its documents are. */
export const manifestRowStatement = (manifest: string): Statement => ({
  name: 'manifest-row',
  text: 'select claim, study_uid, documents from manifests where manifest = $1',
  values: [manifest],
});

/** A document as it is kept. */
export const manifestContentStatement = (manifest: string, encoding: string): Statement => ({
  name: 'manifest-content',
  text: 'select body from manifest_contents where manifest = $1 and encoding = $2',
  values: [manifest, encoding],
});
