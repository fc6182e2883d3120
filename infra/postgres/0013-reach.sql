-- What an organisation or one of its members may have a reason to know of beyond its own hospital, in the order in which searches show it: a search
-- walks this list until its page is full, and asks of each row what the policy asks. `holder` is organisation, «/» and actor; either may be
-- empty. A row says that there is a reason (a relationship, a grant, broken glass), not that it suffices. It is made of the tables of 0012 and
-- can be made anew (rebuild_reach); whoever writes them need not know of it.
create table reach (
  holder text not null,
  claim text not null,
  person text not null,
  study_date text not null,
  study_time text not null,
  study_uid text not null,
  -- The latest that one of the reasons ends.
  valid_until timestamptz not null,
  primary key (holder, claim)
);
create index reach_by_date on reach (holder, study_date desc, study_time desc, study_uid, claim);
create index reach_person on reach (person);

-- The few studies that aren't ordinary, as a search of one hospital passes them.
create index study_access_special_uid on study_access (hospital, study_uid)
  where confidentiality <> 'N' or state <> 'active' or tags <> '{}';
-- All that there is, for those who see all hospitals.
create index study_access_by_date on study_access (study_date desc, study_time desc, study_uid, claim);

create view reach_reasons as
  select organisation || '/' || actor as holder, person, organisation, claim, valid_until from relationships
  union all
  select organisation || '/' || actor, person, organisation, claim, valid_until from grants where organisation || actor <> ''
  union all
  select organisation || '/' || actor, person, organisation, '', valid_until from break_glass;

create view reach_wanted as
  select r.holder, a.claim, a.person, a.study_date, a.study_time, a.study_uid, max(r.valid_until) as valid_until
  from reach_reasons r join study_access a on a.person = r.person and a.person <> '' and a.hospital <> r.organisation
    and r.claim in ('', a.claim)
  group by 1, 2;

-- Persons whose rows change are locked by turns, or a study and a reason that come at the same time would miss each other. Studies come side by
-- side; one lock is for many persons, since a lock is a place in memory.
create function lock_reach(persons text[], shared boolean) returns void language plpgsql as $$
declare
  bucket int;
begin
  for bucket in select distinct hashtext(person) & 255 from unnest(persons) as p (person) order by 1 loop
    if shared then
      perform pg_advisory_xact_lock_shared(7301913, bucket);
    else
      perform pg_advisory_xact_lock(7301913, bucket);
    end if;
  end loop;
end $$;

create function refresh_reach(persons text[]) returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_reach(persons, false);
  delete from reach r where r.person = any (persons)
    and not exists (select from reach_wanted w where w.holder = r.holder and w.claim = r.claim and w.person = any (persons));
  insert into reach select * from reach_wanted w where w.person = any (persons)
  on conflict (holder, claim) do update set person = excluded.person, study_date = excluded.study_date, study_time = excluded.study_time,
    study_uid = excluded.study_uid, valid_until = excluded.valid_until
  where (reach.person, reach.study_date, reach.study_time, reach.study_uid, reach.valid_until)
    is distinct from (excluded.person, excluded.study_date, excluded.study_time, excluded.study_uid, excluded.valid_until);
end $$;

-- Makes the list anew; answers with how many rows were wrong.
create function rebuild_reach() returns bigint language plpgsql as $$
declare
  wrong bigint;
begin
  perform pg_advisory_xact_lock(7301913, bucket) from generate_series(0, 255) as b (bucket);
  select count(*) into wrong from ((select * from reach except select * from reach_wanted)
    union all (select * from reach_wanted except select * from reach)) as differing;
  delete from reach;
  insert into reach select * from reach_wanted;
  return wrong;
end $$;

create function reach_of_new_studies() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform lock_reach(array(select distinct person from added where person <> ''), true);
  insert into reach
  select r.holder, a.claim, a.person, a.study_date, a.study_time, a.study_uid, max(r.valid_until)
  from added a join reach_reasons r on r.person = a.person and a.hospital <> r.organisation and r.claim in ('', a.claim)
  where a.person <> '' group by 1, 2, 3, 4, 5, 6
  on conflict do nothing;
  return null;
end $$;

create function reach_of_changed_studies() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  persons text[];
begin
  select array_agg(distinct person) into persons from (
    select (unnest(array[o.person, n.person])) as person from gone o full join added n using (claim)
    where (o.person, o.hospital, o.study_date, o.study_time, o.study_uid) is distinct from (n.person, n.hospital, n.study_date, n.study_time, n.study_uid)
  ) as changed where person <> '';
  if persons is not null then perform refresh_reach(persons); end if;
  return null;
end $$;

create function reach_of_gone_studies() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from reach using gone where reach.claim = gone.claim;
  return null;
end $$;

create function reach_of_added() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refresh_reach(array(select distinct person from added));
  return null;
end $$;
create function reach_of_gone() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refresh_reach(array(select distinct person from gone));
  return null;
end $$;
create function reach_of_changed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform refresh_reach(array(select person from gone union select person from added));
  return null;
end $$;

create trigger reach_insert after insert on study_access referencing new table as added
  for each statement execute function reach_of_new_studies();
create trigger reach_update after update on study_access referencing old table as gone new table as added
  for each statement execute function reach_of_changed_studies();
create trigger reach_delete after delete on study_access referencing old table as gone
  for each statement execute function reach_of_gone_studies();
do $$
declare
  reason text;
begin
  foreach reason in array array['relationships', 'grants', 'break_glass'] loop
    execute format('create trigger reach_insert after insert on %I referencing new table as added for each statement execute function reach_of_added()', reason);
    execute format('create trigger reach_update after update on %I referencing old table as gone new table as added for each statement execute function reach_of_changed()', reason);
    execute format('create trigger reach_delete after delete on %I referencing old table as gone for each statement execute function reach_of_gone()', reason);
  end loop;
end $$;

select rebuild_reach();

grant select on reach to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
revoke execute on function lock_reach, refresh_reach, rebuild_reach, reach_of_new_studies, reach_of_changed_studies, reach_of_gone_studies,
  reach_of_added, reach_of_gone, reach_of_changed from public;
