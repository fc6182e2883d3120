-- Who is who (design D7). Links and merges are edges between identifiers; the person of an identifier is made of the edges that stand,
-- so that taking one away gives back exactly what was without it.

-- Names beside the first one: beginnings of family and given names in every script, for searches.
alter table patient_ids
  add column other_names text[] not null default '{}',
  -- The study whose first facts the row was made of, of several the one that sorts first: which store was earlier must not matter.
  -- '' once the authority itself has said who it is.
  add column stated_by text not null default '',
  add column updated_at timestamptz not null default now();
create index patient_ids_other_names on patient_ids using gin (other_names);
create index patient_ids_birth on patient_ids (birth_date text_pattern_ops);

create table identity_links (
  -- The opaque id of the link or merge.
  link text primary key,
  kind text not null check (kind in ('link', 'merge')),
  -- Whose stream has the fact; of a merge, who survives.
  patient text not null,
  -- Of a merge, who isn't used any more.
  other text not null,
  stands boolean not null,
  source text not null,
  reason text not null
);
create index identity_links_patient on identity_links (patient) where stands;
create index identity_links_other on identity_links (other) where stands;

-- Studies that were given to another patient than their data sets say; the last that stands holds.
create table study_moves (
  move text primary key,
  claim text not null,
  patient text not null,
  other text not null,
  stands boolean not null,
  moved_at timestamptz not null
);
create index study_moves_claim on study_moves (claim);

-- The patient that the first facts of the study name: `patient` is another one only while a move stands.
alter table study_access add column origin text not null default '';
update study_access set origin = patient;

grant select on identity_links, study_moves to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update, delete on identity_links, study_moves to arkim_api, arkim_operator;
grant insert, update (birth_date) on person_flags to arkim_ingest;
grant update (family_folded, given_folded, birth_date, sex, demographics, other_names, stated_by) on patient_ids to arkim_ingest;
-- A date that the first instances of a study don't have comes with a later one.
grant update (study_date, study_time) on study_access to arkim_ingest;
-- Fills what studies from before these tables lack, once, at the start of a worker.
grant select, insert on platform_state to arkim_ingest;
