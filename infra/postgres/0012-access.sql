-- What the access decision is made of (design D7, D11): read models of the identity, care and hospital streams, which search joins
-- inside its statement. `patient` is the opaque id of one identifier (assigning authority and value) and never changes; `person` is
-- the opaque id of the human being that the identifier is linked to now, and moves with links, merges and their undoing.

alter table hospitals
  add column settings jsonb not null default '{}',
  add column hospital_group text not null default '',
  add column status text not null default 'active' check (status in ('active', 'suspended')),
  add column frozen text[] not null default '{}' check (frozen <@ array['ingest', 'deletion', 'export']),
  add column fallback_until timestamptz;

-- Raised by every change of what access is decided by and the edge keeps in memory: hospitals, issuers, revocations, policy.
create table registry_state (one boolean primary key default true check (one), version bigint not null default 0);
insert into registry_state default values;

-- Identifiers of patients. What the study says and what feeds say meet here.
create table patient_ids (
  patient text primary key,
  person text not null,
  authority text not null,
  value text not null,
  family_folded text not null default '',
  given_folded text not null default '',
  birth_date text not null default '',
  sex text not null default '',
  demographics jsonb not null default '{}',
  version int not null default 0,
  unique (authority, value)
);
create index patient_ids_person on patient_ids (person);
create index patient_ids_value on patient_ids (value text_pattern_ops);
create index patient_ids_name on patient_ids (family_folded text_pattern_ops, birth_date);

-- Flags of a person that decisions ask for.
create table person_flags (
  patient text primary key,
  person text not null,
  vip boolean not null default false,
  birth_date text not null default ''
);
create index person_flags_person on person_flags (person);

-- One row for each claim (hospital and study): whose it is and who may know of it. A later upload never changes patient or person.
create table study_access (
  claim text primary key,
  hospital text not null,
  patient text not null default '',
  person text not null default '',
  confidentiality text not null default 'N' check (confidentiality in ('N', 'R', 'V')),
  tags text[] not null default '{}',
  state text not null default 'active' check (state in ('active', 'rejected-quality', 'rejected-safety', 'disposed')),
  study_date text not null default '',
  study_time text not null default '',
  study_uid text not null default ''
);
create index study_access_person on study_access (person) where person <> '';
create index study_access_patient on study_access (patient) where patient <> '';
create index study_access_uid on study_access (study_uid);
create index study_access_special on study_access (hospital) where confidentiality <> 'N' or state <> 'active' or tags <> '{}';

-- Why an organisation may know of a patient of others.
create table relationships (
  id text primary key,
  patient text not null,
  person text not null,
  organisation text not null,
  kind text not null check (kind in ('encounter', 'order', 'referral', 'task', 'declared')),
  -- Only this member of it, when it isn't the whole organisation; the opaque actor.
  actor text not null default '',
  claim text not null default '',
  valid_from timestamptz not null,
  valid_until timestamptz not null default 'infinity'
);
create index relationships_of on relationships (organisation, person);
create index relationships_person on relationships (person);

-- A patient opposes that others than the custodian see their studies: of all hospitals, of one, or one study.
create table oppositions (
  id text primary key,
  patient text not null,
  person text not null,
  hospital text not null default '',
  claim text not null default '',
  valid_from timestamptz not null
);
create index oppositions_person on oppositions (person);

-- A patient lets an organisation or one member of it see more: up to this level.
create table grants (
  id text primary key,
  patient text not null,
  person text not null,
  organisation text not null default '',
  actor text not null default '',
  level text not null check (level in ('N', 'R', 'V')),
  claim text not null default '',
  valid_from timestamptz not null,
  valid_until timestamptz not null default 'infinity'
);
create index grants_of on grants (organisation, person);
create index grants_person on grants (person);

-- A patient keeps someone out: an organisation, or one person by the opaque actor.
create table exclusions (
  id text primary key,
  patient text not null,
  person text not null,
  organisation text not null default '',
  actor text not null default '',
  valid_from timestamptz not null
);
create index exclusions_person on exclusions (person);
create index exclusions_of on exclusions (organisation, actor);

-- Someone may act for a patient: a parent, a guardian, a person of trust. Both are identifiers of patients.
create table representatives (
  id text primary key,
  patient text not null,
  person text not null,
  representative text not null,
  representative_person text not null,
  valid_from timestamptz not null,
  valid_until timestamptz not null default 'infinity'
);
create index representatives_person on representatives (representative_person);

create table break_glass (
  id text primary key,
  patient text not null,
  person text not null,
  organisation text not null,
  actor text not null,
  opened_at timestamptz not null,
  valid_until timestamptz not null,
  review_due timestamptz not null,
  reviewed_at timestamptz,
  outcome text
);
create index break_glass_of on break_glass (actor, person);
create index break_glass_open on break_glass (review_due) where reviewed_at is null;

-- Follows a link, a merge or their undoing: what hangs on this identifier belongs to this person now.
create function set_person(identifier text, human text) returns void language sql as $$
  update patient_ids set person = human where patient = identifier and person <> human;
  update person_flags set person = human where patient = identifier and person <> human;
  update study_access set person = human where patient = identifier and person <> human;
  update relationships set person = human where patient = identifier and person <> human;
  update oppositions set person = human where patient = identifier and person <> human;
  update grants set person = human where patient = identifier and person <> human;
  update exclusions set person = human where patient = identifier and person <> human;
  update representatives set person = human where patient = identifier and person <> human;
  update representatives set representative_person = human where representative = identifier and representative_person <> human;
  update break_glass set person = human where patient = identifier and person <> human;
$$;

-- Who may write what (design D17): the edge is where identity, care, policy and hospitals change; studies stay the worker's.
grant select on hospitals, registry_state, patient_ids, person_flags, study_access, relationships, oppositions, grants, exclusions,
  representatives, break_glass to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update on hospitals, registry_state to arkim_api, arkim_operator;
grant insert, update, delete on patient_ids, person_flags, relationships, oppositions, grants, exclusions, representatives, break_glass
  to arkim_api, arkim_operator;
grant insert on patient_ids to arkim_ingest;
grant insert on study_access to arkim_ingest;
grant update (patient, person, confidentiality, tags, state) on study_access to arkim_api, arkim_operator;
grant select, insert (position, stream, version, id, type, schema, data, sealed_key, sealed_nonce, sealed, metadata) on events to arkim_api;
grant usage on sequence events_position_seq to arkim_api;
grant insert on sealing_keys to arkim_api, arkim_operator;
create policy events_read_api on events for select to arkim_api using (true);
create policy events_api on events for insert to arkim_api with check (
  stream like 'patient-%' or stream like 'care-%' or stream like 'access-%' or stream like 'policy-%' or stream like 'hospital-%');
create policy events_operator_governs on events for insert to arkim_operator with check (
  stream like 'patient-%' or stream like 'care-%' or stream like 'access-%' or stream like 'policy-%');
