-- Disposal of studies whose time is over (docs/disposal.md).

-- What people decided: a projection of the streams of batches.
create table disposition_batches (
  batch text primary key,
  hospital text not null,
  jurisdiction text not null,
  state text not null check (state in ('proposed', 'approved', 'stopped')),
  visa_needed boolean not null,
  grace_days int not null,
  proposed_by text not null,
  proposed_at timestamptz not null,
  -- Claims, and by which rule each is due.
  studies jsonb not null,
  -- Who approved, as what, when; in their order.
  approvals jsonb not null default '[]',
  -- When grace is over; null while an approval is missing.
  execute_after timestamptz
);
create index disposition_batches_hospital on disposition_batches (hospital, proposed_at desc, batch desc);
create index disposition_batches_studies on disposition_batches using gin (studies jsonb_path_ops);
create index disposition_batches_due on disposition_batches (execute_after) where state = 'approved';

-- What was disposed of, for good: a projection of the streams of studies. Both names are keyed hashes: the claim of hospital and Study
-- Instance UID, `study` of the UID alone, so that who asks for it by its UID is told that it was here.
create table tombstones (
  claim text primary key,
  hospital text not null,
  study text not null,
  batch text not null,
  disposed_at timestamptz not null
);
create index tombstones_study on tombstones (study);

-- How far the worker has come with each study of a batch: work, no projection.
create table disposals (
  batch text not null,
  claim text not null,
  hospital text not null,
  policy text not null,
  policy_version text not null,
  rule text not null,
  step text not null default 'waiting' check (step in ('waiting', 'started', 'executed', 'done', 'stopped')),
  -- Why it was stopped, or what it waits for.
  why text not null default '',
  due_at timestamptz not null default now(),
  leased_until timestamptz not null default '-infinity',
  objects int not null default 0,
  bytes bigint not null default 0,
  root text not null default '',
  -- Packs that have to be removed, with their keys in the object store.
  packs jsonb not null default '[]',
  executed_at timestamptz,
  finished_at timestamptz,
  primary key (batch, claim)
);
create index disposals_due on disposals (due_at) where step in ('waiting', 'started', 'executed');
-- One disposal of a study at a time.
create unique index disposals_open on disposals (claim) where step in ('waiting', 'started', 'executed');

-- What was disposed of, by whose word and which rule: signed, as it was given out.
create table disposition_certificates (
  batch text primary key,
  hospital text not null,
  issued_at timestamptz not null,
  document text not null,
  pdf bytea not null
);
alter table disposition_certificates alter column pdf set storage external;

-- Only the worker of retention removes anything (design D17).
create or replace function grant_findable(version_schema text) returns void language plpgsql as $$
begin
  execute format('grant usage on schema %I to arkim_api, arkim_ingest, arkim_retention, arkim_operator', version_schema);
  execute format('grant select on all tables in schema %I to arkim_api, arkim_ingest, arkim_retention, arkim_operator', version_schema);
  execute format('grant insert, update, delete on all tables in schema %I to arkim_ingest', version_schema);
  execute format('grant delete on all tables in schema %I to arkim_retention', version_schema);
end $$;
revoke execute on function grant_findable from public;
select grant_findable(nspname) from pg_namespace where nspname ~ '^findable_[0-9]+$';

grant select on disposition_batches, tombstones, disposals, disposition_certificates to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, update on disposition_batches to arkim_api, arkim_operator;
grant insert on tombstones to arkim_retention;
grant insert, update on disposals to arkim_retention;
grant insert on disposition_certificates to arkim_retention;

grant update (wrapped, destroyed_at) on sealing_keys to arkim_retention;
grant update (state, study_uid, study_date, study_time, person) on study_access to arkim_retention;
grant select, insert, delete on settle_queue to arkim_retention;
grant select, delete on reservations, study_exams, manifests, manifest_contents, pixel_digests, pixel_studies, pixel_copies, snapshots
  to arkim_retention;
grant delete on ingest_jobs to arkim_retention;
grant delete, update (person, family_folded, given_folded, birth_date, sex, demographics, other_names, stated_by) on patient_ids to arkim_retention;
grant delete, update (person, birth_date) on person_flags to arkim_retention;
-- `set_person` moves what hangs on an identifier.
grant update (person) on relationships, oppositions, grants, exclusions, break_glass to arkim_retention;
grant update (person, representative_person) on representatives to arkim_retention;

create policy events_api_disposition on events for insert to arkim_api with check (
  stream like 'disposition-batch-%' and type in ('DispositionProposed', 'DispositionApproved', 'DispositionStopped'));
create policy events_operator_disposition on events for insert to arkim_operator with check (
  stream like 'disposition-batch-%' and type = 'DispositionStopped');
create policy events_retention_disposition on events for insert to arkim_retention with check (
  stream like 'disposition-%'
  and type in ('DispositionStarted', 'DispositionStopped', 'DispositionExecuted', 'DispositionCertified'));
