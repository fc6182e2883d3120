-- How long what is kept is kept: policies as they were published, what is known that moves a schedule, and the schedule of each study.

-- The tables of policies that were published, in their order; the last is in force, the built-in one until there is any.
create table retention_policies (
  version text primary key,
  sequence int not null unique,
  based_on text not null,
  published_at timestamptz not null,
  actor text not null,
  policies text not null
);

-- Who says that a patient is dead, and since when (YYYY-MM-DD). `id`: patient, «/», source.
create table deaths (
  id text primary key,
  patient text not null,
  source text not null,
  died_on text not null
);
create index deaths_patient on deaths (patient);

-- Claims against a hospital; of a patient or of one study (`subject`: the opaque id of either). Days; `until_day` null while it is open.
create table retention_disputes (
  id text primary key,
  subject text not null,
  scope text not null check (scope in ('patient', 'study')),
  hospital text not null,
  from_day text not null,
  until_day text
);
create index retention_disputes_subject on retention_disputes (subject);

-- What a law asks to keep longer for. `on_day`: the day that counts, '' when none does.
create table retention_marks (
  id text primary key,
  subject text not null,
  scope text not null check (scope in ('patient', 'study')),
  hospital text not null,
  mark text not null,
  on_day text not null
);
create index retention_marks_subject on retention_marks (subject);

-- When each study may go, and by what: made of the tables above, of whose the studies are and of who was where. `due_on`: the first day on which no
-- policy keeps it; `must_go_on`: the first on which one forbids to. `because`: why it is suspended or undecided. `inputs`: what it was made of.
create table retention_schedule (
  claim text primary key,
  hospital text not null,
  jurisdiction text not null,
  state text not null check (state in ('scheduled', 'permanent', 'suspended', 'undecided')),
  because text not null,
  due_on date,
  must_go_on date,
  policy text not null,
  rule text not null,
  legal_source text not null,
  policy_version text not null,
  inputs jsonb not null,
  computed_at timestamptz not null default now(),
  check ((state = 'scheduled') = (due_on is not null))
);
create index retention_schedule_due on retention_schedule (due_on, claim) where state = 'scheduled';
create index retention_schedule_hospital on retention_schedule (hospital, due_on, claim) where state = 'scheduled';
create index retention_schedule_open on retention_schedule (hospital, state, because) where state <> 'scheduled';

-- Whose schedules have to be made anew: all studies of a person, or (person '') those of whoever has this study. Whoever changes what a schedule is
-- made of puts them here by a trigger, in the same transaction, and need not know of it. What a store changes goes by the study, whose appender is alone
-- with it: two that store for one person at once must not wait for each other.
create table retention_queue (
  person text not null,
  claim text not null,
  since timestamptz not null default now(),
  changes bigint not null default 1,
  primary key (person, claim)
);
create index retention_queue_since on retention_queue (since);

-- How far all studies were put into the queue, since policies or jurisdictions have changed. `basis`: what they were; `swept_to` null: all were.
create table retention_progress (
  one boolean primary key default true check (one),
  basis text not null default '',
  swept_to text default ''
);
insert into retention_progress default values;

create function queue_schedules(persons text[], claims text[]) returns void language sql security definer set search_path = public, pg_temp as $$
  insert into retention_queue as queued (person, claim)
  select person, claim from (
    select person, '' as claim from unnest(persons) as p (person) where person <> ''
    union select '', claim from unnest(claims) as c (claim)) as touched
  order by person, claim
  on conflict (person, claim) do update set changes = queued.changes + 1;
$$;

create function schedules_of_stored() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_schedules('{}', array(select claim from added));
  return null;
end $$;

create function schedules_of_changed() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  moved text[] := array(select claim from gone o join added n using (claim)
    where (o.person, o.hospital, o.state, o.study_date) is distinct from (n.person, n.hospital, n.state, n.study_date));
begin
  if moved = '{}' then return null; end if;
  delete from retention_schedule s using added n where s.claim = n.claim and n.state = 'disposed' and n.claim = any (moved);
  perform queue_schedules(array(select o.person from gone o join added n using (claim) where o.person <> n.person), moved);
  return null;
end $$;

create function schedules_of_gone() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  delete from retention_schedule s using gone o where s.claim = o.claim;
  perform queue_schedules(array(select person from gone), array(select claim from gone));
  return null;
end $$;

create function schedules_of_classified() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  claims text[] := array(select claim from gone o join added n using (claim)
    where (o.modality_group, o.purposes) is distinct from (n.modality_group, n.purposes));
begin
  if claims <> '{}' then perform queue_schedules('{}', claims); end if;
  return null;
end $$;

create function schedules_of_people() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  people text[] := array(select unnest(array[o.person, n.person]) from gone o join added n using (patient)
    where (o.person, o.birth_date) is distinct from (n.person, n.birth_date));
begin
  if people <> '{}' then perform queue_schedules(people, '{}'); end if;
  return null;
end $$;

-- Of relationships only encounters count; all their rows name the person.
create function schedules_of_encounter() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_schedules(array(select person from added where kind = 'encounter'), '{}');
  return null;
end $$;
create function schedules_of_encounter_gone() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_schedules(array(select person from gone where kind = 'encounter'), '{}');
  return null;
end $$;
create function schedules_of_encounter_otherwise() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_schedules(array(select person from gone where kind = 'encounter' union select person from added where kind = 'encounter'), '{}');
  return null;
end $$;

-- A patient whom nobody has linked is a person of their own.
create function queue_schedules_of(identifier text) returns void language sql security definer set search_path = public, pg_temp as $$
  select queue_schedules(array(select coalesce((select person from patient_ids where patient = identifier), identifier)), '{}');
$$;

create function schedules_of_death() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform queue_schedules_of(coalesce(new.patient, old.patient));
  return null;
end $$;

create function schedules_of_subject() returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if coalesce(new.scope, old.scope) = 'patient' then
    perform queue_schedules_of(coalesce(new.subject, old.subject));
  else
    perform queue_schedules('{}', array[coalesce(new.subject, old.subject)]);
  end if;
  return null;
end $$;

create trigger schedules_stored after insert on study_access referencing new table as added
  for each statement execute function schedules_of_stored();
create trigger schedules_changed after update on study_access referencing old table as gone new table as added
  for each statement execute function schedules_of_changed();
create trigger schedules_gone after delete on study_access referencing old table as gone
  for each statement execute function schedules_of_gone();
create trigger schedules_exams after insert on study_exams referencing new table as added
  for each statement execute function schedules_of_stored();
create trigger schedules_classified after update on study_exams referencing old table as gone new table as added
  for each statement execute function schedules_of_classified();
create trigger schedules_people after update on patient_ids referencing old table as gone new table as added
  for each statement execute function schedules_of_people();
create trigger schedules_encounter after insert on relationships referencing new table as added
  for each statement execute function schedules_of_encounter();
create trigger schedules_encounter_gone after delete on relationships referencing old table as gone
  for each statement execute function schedules_of_encounter_gone();
create trigger schedules_encounter_otherwise after update on relationships referencing old table as gone new table as added
  for each statement execute function schedules_of_encounter_otherwise();
create trigger schedules_death after insert or update or delete on deaths for each row execute function schedules_of_death();
create trigger schedules_dispute after insert or update or delete on retention_disputes for each row execute function schedules_of_subject();
create trigger schedules_mark after insert or update or delete on retention_marks for each row execute function schedules_of_subject();

grant select on retention_policies, deaths, retention_disputes, retention_marks, retention_schedule, retention_queue, retention_progress
  to arkim_api, arkim_operator, arkim_retention;
grant insert on retention_policies to arkim_api, arkim_operator;
grant insert, update, delete on deaths, retention_disputes, retention_marks to arkim_api, arkim_operator;
grant insert, update, delete on retention_schedule, retention_queue to arkim_retention;
grant update on retention_progress to arkim_retention;
revoke execute on function queue_schedules, queue_schedules_of, schedules_of_stored, schedules_of_changed, schedules_of_gone,
  schedules_of_classified, schedules_of_people, schedules_of_encounter, schedules_of_encounter_gone, schedules_of_encounter_otherwise,
  schedules_of_death, schedules_of_subject from public;
grant execute on function queue_schedules to arkim_retention;
create policy events_retention_facts on events for insert to arkim_api, arkim_operator with check (stream like 'retention-%');
