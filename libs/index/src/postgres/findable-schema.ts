/** The schema of one version of the findable projection; versions stand side by side while one is being rebuilt (design D13). */
export const findableSchema = (version: number): string => `findable_${version}`;

const UNDEFINED_TABLE = ['42P01', '3F000'];

/** Whether a statement failed because its version has been dropped. */
export const isUndefinedTable = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && UNDEFINED_TABLE.includes(String(error.code));

/** Statements that make an empty version. Text columns are '' where the data set says nothing. Every index that a search uses begins with the hospital. */
export const createFindable = (version: number): string => {
  const schema = findableSchema(version);
  return `
create schema ${schema};
create table ${schema}.studies (
  claim text primary key, hospital text not null, study_uid text not null,
  patient_id text not null, issuer text not null,
  patient_name text not null, patient_name_folded text not null, birth_date text not null, sex text not null,
  study_date text not null, study_time text not null, accession text not null, study_id text not null,
  referring text not null, referring_folded text not null, description text not null,
  modalities text[] not null, series_count int not null, instance_count int not null,
  bytes bigint not null, version int not null, attributes text not null, json text not null,
  patient_name_keys text[] not null default '{}', referring_keys text[] not null default '{}',
  unique (hospital, study_uid)
) with (fillfactor = 70, autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.05);
alter table ${schema}.studies alter patient_name_folded set statistics 300;
create index studies_by_date on ${schema}.studies (hospital, study_date desc, study_time desc, study_uid) include (modalities);
create index on ${schema}.studies (hospital, patient_id text_pattern_ops);
create index studies_by_name on ${schema}.studies (hospital, patient_name_folded text_pattern_ops)
  include (study_date, study_time, study_uid);
create index on ${schema}.studies (hospital, accession text_pattern_ops);
create index on ${schema}.studies (hospital, birth_date);
create index studies_by_referring on ${schema}.studies (hospital, referring_folded text_pattern_ops)
  include (study_date, study_time, study_uid);
create index on ${schema}.studies using gin (hospital, modalities);
create index on ${schema}.studies using gin (hospital, patient_name_keys);
create index on ${schema}.studies using gin (hospital, referring_keys);
create index on ${schema}.studies using gin
  (hospital, patient_name_folded gin_trgm_ops, patient_id gin_trgm_ops, accession gin_trgm_ops, description gin_trgm_ops);
create table ${schema}.series (
  series text primary key, claim text not null, hospital text not null, series_uid text not null,
  modality text not null, number int, description text not null, body_part text not null,
  pps_date text not null, pps_time text not null,
  requested_procedure_ids text[] not null, scheduled_step_ids text[] not null,
  instance_count int not null, version int not null, attributes text not null, json text not null
) with (fillfactor = 70);
create index on ${schema}.series (claim, number, series_uid);
create index on ${schema}.series (hospital, series_uid);
create table ${schema}.segments (
  series text not null, sequence int not null, claim text not null, instance_count int not null,
  packs text[] not null, extract text not null, facts text not null,
  primary key (series, sequence)
);
create index on ${schema}.segments (claim);
create index on ${schema}.segments using gin (packs);
create table ${schema}.packs (
  pack text not null, chunk int not null, key text not null, kind text not null, claim text not null, entries text not null,
  primary key (pack, chunk)
);
create index on ${schema}.packs (claim) where claim <> '';
${createUnseen(schema)}
select grant_findable('${schema}');
`;
};

/**
 * What is rejected, and the rows of studies and series of which nothing may be seen, so that no search passes them. As the migration that brought them
 * made them in versions from before.
 */
const createUnseen = (schema: string): string => `
create table ${schema}.rejected (series text primary key, claim text not null, hospital text not null, rejections text not null);
create index on ${schema}.rejected (claim);
create index on ${schema}.rejected (hospital, claim);
create table ${schema}.unseen_studies (like ${schema}.studies including defaults, state text not null, primary key (claim));
create index on ${schema}.unseen_studies (hospital, study_uid);
create table ${schema}.unseen_series (like ${schema}.series including defaults, primary key (series));
create index on ${schema}.unseen_series (claim);`;
