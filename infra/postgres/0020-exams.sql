-- What exam each study is, in words that orders share: made of what its headers say, by the terms of libs/exams/terms and the catalogues of its
-- hospital. One row for each claim; whose it is and who may know of it stands in study_access.
create table study_exams (
  claim text primary key,
  hospital text not null,
  modality_group text not null,
  -- Fine regions by their codes in regions.tsv, sorted; none: unknown.
  regions text[] not null,
  -- SNOMED CT codes of the value set IHE-MADO1, sorted.
  coarse text[] not null,
  laterality text not null check (laterality in ('left', 'right', 'both', 'none', 'unknown')),
  contrast text not null check (contrast in ('without', 'with', 'both', 'none', 'unknown')),
  purposes text[] not null,
  evidence text not null check (evidence in ('procedure-code', 'local-code', 'anatomic-region', 'body-part', 'description', 'none')),
  confidence real not null check (confidence between 0 and 1),
  -- The study's date as its headers write it (YYYYMMDD), '' when they don't.
  started text not null default '',
  -- What it was classified by. Descriptions are free text, which may name a person: they stand here and in the findable rows, in no log.
  words jsonb not null,
  -- By which terms it was classified.
  terms text not null
);
-- By which terms a hospital's exams were classified: when they change, the others are classified again.
create index study_exams_terms on study_exams (hospital, terms, claim);
-- What nobody could classify, for the list of its hospital.
create index study_exams_unmapped on study_exams (hospital) where regions = '{}';

grant select on study_exams to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update on study_exams to arkim_ingest, arkim_operator;
