-- Every byte is read again, round by round. Rows are a projection of fixity-batch- streams.
create table fixity_batches (
  -- <round>-<number>
  batch text primary key,
  round int not null,
  number int not null,
  -- Packs in the order of their ids, both included.
  first text not null,
  last text not null,
  packs int not null,
  bytes bigint not null,
  damaged int not null,
  is_last boolean not null,
  round_started_at timestamptz not null,
  verified_at timestamptz not null,
  unique (round, number)
);

-- What was found damaged, of which study, until it was healed. A projection of fixity- streams.
create table fixity_damage (
  -- <claim>/<pack>
  id text primary key,
  claim text not null,
  pack text not null,
  hospital text not null,
  key text not null,
  kind text not null,
  damage text not null check (damage in ('missing', 'trailer', 'bytes')),
  contents int not null,
  found_at timestamptz not null,
  healed_at timestamptz,
  healed_by text not null default ''
);
create index fixity_damage_open on fixity_damage (hospital, found_at, id) where healed_at is null;
create index fixity_damage_pack on fixity_damage (pack) where healed_at is null;

-- Who reads at this moment, and whether somebody wants a round to begin. State of the work, no projection.
create table fixity_work (
  one boolean primary key default true check (one),
  worker uuid,
  leased_until timestamptz,
  asked_at timestamptz
);
insert into fixity_work default values;

-- How far the log was followed to bring packs to the second place. State of the work, no projection.
create table copy_progress (
  one boolean primary key default true check (one),
  -- Of the engine that holds the log; another engine's log is followed from its start, which copies nothing twice.
  engine text not null default '',
  checkpoint text
);
insert into copy_progress default values;

grant select, update on copy_progress to arkim_retention;
grant select, insert on fixity_batches to arkim_retention;
grant select, insert, update on fixity_damage to arkim_retention;
grant select, update on fixity_work to arkim_retention;
grant select on fixity_batches, fixity_damage to arkim_api, arkim_operator;
grant select, update (asked_at) on fixity_work to arkim_operator;
create policy events_fixity on events for insert to arkim_retention with check (stream like 'fixity-%');
