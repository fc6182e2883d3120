-- Manifests of studies, as others than the hospital that holds them may have them. Rows are a projection of the manifest streams; a claim whose
-- manifest was withdrawn has none.
create table manifests (
  manifest text primary key,
  claim text not null,
  hospital text not null,
  -- Counts the manifests of a claim from 1.
  revision int not null,
  status text not null check (status in ('current', 'superseded')),
  replaced text not null default '',
  made_at timestamptz not null,
  -- A digest over all that it was made of.
  basis text not null,
  study_uid text not null,
  started text not null,
  started_time text not null,
  timezone text not null,
  accession text not null,
  description text not null,
  modalities text[] not null,
  regions text[] not null,
  -- Of its documents.
  uids text[] not null,
  documents text not null
);
create index manifests_claim on manifests (claim);
create index manifests_study on manifests (study_uid);
create index manifests_accession on manifests (accession) where accession <> '';
create index manifests_uids on manifests using gin (uids);

-- The documents themselves, compressed, then sealed under the study's key (ADR 25): they can be made again.
create table manifest_contents (
  manifest text not null,
  encoding text not null,
  claim text not null,
  body bytea not null,
  primary key (manifest, encoding)
);
create index manifest_contents_claim on manifest_contents (claim);
alter table manifest_contents alter column body set storage external;

-- Claims whose manifest may have to change, until it was looked at: the reactor's place in what happens. Whoever changes what a manifest is made
-- of, or who may know of it, puts a claim here by a trigger, in the same transaction, and need not know of it.
create table manifest_queue (
  claim text primary key,
  -- The first change that nobody has looked at.
  since timestamptz not null,
  due_at timestamptz not null,
  -- Who may know of the study has changed: this goes first.
  urgent boolean not null,
  changes bigint not null default 1
);
create index manifest_queue_due on manifest_queue (urgent desc, due_at);

-- A study that is being stored is looked at when nothing came for ten seconds, and after forty whatever comes: a manifest is to follow within a minute.
create function touch_manifests(claims text[], at_once boolean) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into manifest_queue as queued (claim, since, due_at, urgent)
  select claim, now(), now() + case when at_once then interval '0' else interval '10 seconds' end, at_once
  from unnest(claims) as c (claim) group by claim order by claim
  on conflict (claim) do update set changes = queued.changes + 1, urgent = queued.urgent or excluded.urgent,
    due_at = case when queued.urgent or excluded.urgent then least(queued.due_at, excluded.due_at)
      else least(queued.since + interval '40 seconds', excluded.due_at) end;
$$;

create function manifests_of_stored() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  claims text[] := array(select claim from added);
begin
  if claims <> '{}' then perform touch_manifests(claims, false); end if;
  return null;
end $$;

create function manifests_of_changed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  claims text[] := array(select claim from gone o join added n using (claim)
    where (o.patient, o.person, o.confidentiality, o.state) is distinct from (n.patient, n.person, n.confidentiality, n.state));
begin
  if claims <> '{}' then perform touch_manifests(claims, true); end if;
  return null;
end $$;

create function touch_manifests_of(persons text[]) returns void language sql security definer set search_path = public, pg_temp as $$
  select touch_manifests(array(select claim from study_access where person = any (persons) and person <> ''), true);
$$;

create function manifests_of_opposed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_manifests_of(array(select distinct person from added));
  return null;
end $$;
create function manifests_of_unopposed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_manifests_of(array(select distinct person from gone));
  return null;
end $$;
create function manifests_of_opposed_otherwise() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_manifests_of(array(select person from gone union select person from added));
  return null;
end $$;

create function manifests_of_classified() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  claims text[] := array(select claim from added n where not exists (select from gone o where o.claim = n.claim and o.coarse = n.coarse));
begin
  if claims <> '{}' then perform touch_manifests(claims, false); end if;
  return null;
end $$;

create trigger manifests_stored after insert on settle_queue referencing new table as added
  for each statement execute function manifests_of_stored();
create trigger manifests_stored_more after update on settle_queue referencing new table as added
  for each statement execute function manifests_of_stored();
create trigger manifests_new after insert on study_access referencing new table as added
  for each statement execute function manifests_of_stored();
create trigger manifests_changed after update on study_access referencing old table as gone new table as added
  for each statement execute function manifests_of_changed();
create trigger manifests_exams after insert on study_exams referencing new table as added
  for each statement execute function manifests_of_stored();
create trigger manifests_exams_otherwise after update on study_exams referencing old table as gone new table as added
  for each statement execute function manifests_of_classified();
create trigger manifests_opposed after insert on oppositions referencing new table as added
  for each statement execute function manifests_of_opposed();
create trigger manifests_unopposed after delete on oppositions referencing old table as gone
  for each statement execute function manifests_of_unopposed();
create trigger manifests_opposed_otherwise after update on oppositions referencing old table as gone new table as added
  for each statement execute function manifests_of_opposed_otherwise();

-- What an archive holds already.
insert into manifest_queue (claim, since, due_at, urgent) select claim, now(), now(), false from study_access;

grant select on manifests, manifest_contents to arkim_api;
grant select on manifests, manifest_contents, manifest_queue to arkim_operator, arkim_retention;
grant select, insert, update, delete on manifests, manifest_contents, manifest_queue to arkim_ingest;
revoke execute on function touch_manifests, touch_manifests_of, manifests_of_stored, manifests_of_changed, manifests_of_opposed,
  manifests_of_unopposed, manifests_of_opposed_otherwise, manifests_of_classified from public;
create policy events_ingest_manifests on events for insert to arkim_ingest with check (stream like 'manifest-%');
