-- Rejection notes (IHE RAD IOCM). What is rejected is a part of the findable projection; in versions from before it is empty.
do $$
declare
  version_schema text;
begin
  for version_schema in select nspname from pg_namespace where nspname ~ '^findable_[0-9]+$'
      and to_regclass(format('%I.rejected', nspname)) is null loop
    execute format('create table %I.rejected (series text primary key, claim text not null, hospital text not null, rejections text not null)', version_schema);
    execute format('create index on %I.rejected (claim)', version_schema);
    execute format('create index on %I.rejected (hospital, claim)', version_schema);
    execute format('create table %1$I.unseen_studies (like %1$I.studies including defaults, state text not null, primary key (claim))', version_schema);
    execute format('create index on %I.unseen_studies (hospital, study_uid)', version_schema);
    execute format('create table %1$I.unseen_series (like %1$I.series including defaults, primary key (series))', version_schema);
    execute format('create index on %I.unseen_series (claim)', version_schema);
    perform grant_findable(version_schema);
  end loop;
end $$;

-- Rejections that somebody revokes: the worker, which alone appends to studies, takes them from here. What was asked and what became of it stays.
create table rejection_revocations (
  id uuid primary key default gen_random_uuid(),
  hospital text not null,
  claim text not null,
  rejection text not null,
  -- An opaque id.
  actor text not null,
  asked_at timestamptz not null default now(),
  done_at timestamptz,
  outcome text check (outcome in ('revoked', 'not-rejected'))
);
create index rejection_revocations_open on rejection_revocations (asked_at) where done_at is null;

grant select, insert (id, hospital, claim, rejection, actor) on rejection_revocations to arkim_api, arkim_operator;
grant select, update (done_at, outcome) on rejection_revocations to arkim_ingest;
-- How access is decided to a study of which nothing may be seen follows from what the worker writes.
grant update (state) on study_access to arkim_ingest;
grant execute on function touch_manifests to arkim_ingest;
