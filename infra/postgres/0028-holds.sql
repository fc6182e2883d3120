-- Legal holds: what may not be destroyed, whatever else says so. `legal_holds` and `study_holds` are projections of the streams `hold-` and
-- `disposition-`; the others are the place of the reactor that brings a case to its studies.

-- The cases.
create table legal_holds (
  hold text primary key,
  -- Whose studies; '' for those of all hospitals.
  hospital text not null,
  scope text not null check (scope in ('patient', 'study', 'query')),
  -- The opaque identifier whose person it is about, or the study; '' where the scope isn't theirs.
  patient text not null default '',
  claim text not null default '',
  -- Of a query; '' and none: any.
  from_day text not null default '',
  to_day text not null default '',
  groups text[] not null default '{}',
  regions text[] not null default '{}',
  reason text not null,
  opened_by text not null,
  opened_at timestamptz not null,
  review_due timestamptz not null,
  reviewed_at timestamptz,
  status text not null default 'standing' check (status in ('standing', 'release-asked', 'released')),
  asked_by text not null default '',
  asked_at timestamptz,
  asked_reason text not null default '',
  released_by text not null default '',
  released_at timestamptz,
  -- Placed on every study that was there; taken off every one.
  confirmed_at timestamptz,
  confirmed_studies int,
  ended_at timestamptz
);
create index legal_holds_hospital on legal_holds (hospital, review_due, hold);
create index legal_holds_patient on legal_holds (patient) where scope = 'patient' and status <> 'released';
create index legal_holds_claim on legal_holds (claim) where scope = 'study' and status <> 'released';
create index legal_holds_query on legal_holds (hospital) where scope = 'query' and status <> 'released';

-- What is placed on which study, until it is taken off.
create table study_holds (
  -- The claim, «/» and the hold.
  placement text primary key,
  claim text not null,
  hold text not null,
  hospital text not null,
  unique (claim, hold)
);
create index study_holds_hold on study_holds (hold, claim);

-- Cases whose studies have to be looked through.
create table hold_work (
  hold text primary key,
  -- A transaction behind the change that is to be carried out: what was being stored at that time didn't see it, and is waited for.
  fence xid8,
  -- The last claim that was looked at.
  reached text not null default '',
  changes bigint not null default 1
);

-- Studies that came into the scope of a standing case by themselves: stored, changed, or given to another person.
create table hold_queue (
  hold text not null,
  claim text not null,
  primary key (hold, claim)
);

-- Which studies a standing case is about at this moment. What a study doesn't say can't keep it out.
create view holds_wanted as
  select h.hold, a.claim, a.hospital from legal_holds h join study_access a on a.claim = h.claim
  where h.scope = 'study' and h.status <> 'released' and a.state <> 'disposed' and h.hospital in ('', a.hospital)
  union all
  select h.hold, a.claim, a.hospital from legal_holds h join patient_ids p on p.patient = h.patient
    join study_access a on a.person = p.person and a.person <> ''
  where h.scope = 'patient' and h.status <> 'released' and a.state <> 'disposed' and h.hospital in ('', a.hospital)
  union all
  -- Nobody has said who an identifier is of: of itself.
  select h.hold, a.claim, a.hospital from legal_holds h join study_access a on a.person = h.patient and a.person <> ''
  where h.scope = 'patient' and h.status <> 'released' and a.state <> 'disposed' and h.hospital in ('', a.hospital)
    and not exists (select from patient_ids p where p.patient = h.patient)
  union all
  select h.hold, a.claim, a.hospital from legal_holds h join study_access a on h.hospital in ('', a.hospital)
    left join study_exams e on e.claim = a.claim
  where h.scope = 'query' and h.status <> 'released' and a.state <> 'disposed'
    and (a.study_date !~ '^[0-9]{8}$' or ((h.from_day = '' or a.study_date >= h.from_day) and (h.to_day = '' or a.study_date <= h.to_day)))
    and (h.groups = '{}' or e.claim is null or e.modality_group = 'other' or e.modality_group = any (h.groups))
    and (h.regions = '{}' or e.claim is null or e.coarse = '{}' or e.coarse && h.regions);

-- Which of these studies are held: a placed hold, or a standing case that is about to be placed. Until the caller's transaction (read committed) ends
-- no case is opened and none of these studies changes its person, so that what it does to a study that isn't held is done before any hold.
create function lock_held(claims text[]) returns setof text language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock_shared(hashtext('legal-holds'));
  perform from study_access where claim = any (claims) order by claim for share;
  return query select s.claim from study_holds s where s.claim = any (claims)
    union select w.claim from holds_wanted w where w.claim = any (claims);
end $$;

create function touch_hold(touched text) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into hold_work as kept (hold) values (touched)
  on conflict (hold) do update set fence = null, reached = '', changes = kept.changes + 1;
$$;

create function holds_alone() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform pg_advisory_xact_lock(hashtext('legal-holds'));
  return null;
end $$;

create function holds_of_case() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_hold(new.hold);
  return null;
end $$;

create function holds_of_patient() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_hold(h.hold) from legal_holds h where h.scope = 'patient' and h.status <> 'released' and h.patient = new.patient order by h.hold;
  return null;
end $$;

-- What a repair of rows brings back of a case that is over is taken off again.
create function holds_of_placed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform touch_hold(new.hold) from legal_holds h where h.hold = new.hold and h.status = 'released';
  return null;
end $$;

create function queue_holds(claims text[]) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not exists (select from legal_holds where status <> 'released') then return; end if;
  insert into hold_queue (hold, claim)
  select w.hold, w.claim from holds_wanted w where w.claim = any (claims)
    and not exists (select from study_holds s where s.claim = w.claim and s.hold = w.hold) order by 1, 2
  on conflict do nothing;
end $$;

create function holds_of_new() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_holds(array(select claim from added));
  return null;
end $$;

create function holds_of_changed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_holds(array(select n.claim from added n join gone o using (claim)
    where (o.person, o.hospital, o.state, o.study_date) is distinct from (n.person, n.hospital, n.state, n.study_date)));
  return null;
end $$;

create trigger holds_alone before insert on legal_holds for each statement execute function holds_alone();
create trigger holds_opened after insert on legal_holds for each row execute function holds_of_case();
create trigger holds_changed after update on legal_holds for each row
  when ((old.hospital, old.patient, old.claim, old.from_day, old.to_day, old.groups, old.regions, old.status = 'released')
    is distinct from (new.hospital, new.patient, new.claim, new.from_day, new.to_day, new.groups, new.regions, new.status = 'released'))
  execute function holds_of_case();
create trigger holds_patient after update on patient_ids for each row when (old.person is distinct from new.person)
  execute function holds_of_patient();
create trigger holds_placed after insert on study_holds for each row execute function holds_of_placed();
create trigger holds_stored after insert on study_access referencing new table as added
  for each statement execute function holds_of_new();
create trigger holds_moved after update on study_access referencing old table as gone new table as added
  for each statement execute function holds_of_changed();
create trigger holds_exams after insert on study_exams referencing new table as added
  for each statement execute function holds_of_new();
create trigger holds_exams_changed after update on study_exams referencing new table as added
  for each statement execute function holds_of_new();

revoke execute on function lock_held, touch_hold, holds_alone, holds_of_case, holds_of_patient, holds_of_placed, queue_holds, holds_of_new,
  holds_of_changed from public;
grant execute on function lock_held to arkim_api, arkim_retention;
grant select on legal_holds, study_holds, holds_wanted to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant select on hold_work, hold_queue to arkim_api, arkim_operator;
grant insert, update on legal_holds to arkim_api;
grant update (confirmed_at, confirmed_studies, ended_at) on legal_holds to arkim_retention;
grant insert, delete on study_holds to arkim_retention;
grant select, update, delete on hold_work to arkim_retention;
grant select, delete on hold_queue to arkim_retention;

-- People open, review and release; what that comes to is the retention worker's to say.
create policy events_holds on events for insert to arkim_api with check (stream like 'hold-%' and type not in ('HoldConfirmed', 'HoldEnded'));
create policy events_holds_done on events for insert to arkim_retention with check (
  stream like 'hold-%' and type in ('HoldConfirmed', 'HoldEnded')
  or stream like 'disposition-%' and type in ('LegalHoldPlaced', 'LegalHoldReleased'));
