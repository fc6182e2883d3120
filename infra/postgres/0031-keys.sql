-- What wraps data keys, in versions. A key names the version that wraps it: as long as one does, the version can't leave this table, and no
-- key can be wrapped by one that isn't here, however late its writer heard of it.
create table master_keys (
  version int primary key check (version > 0),
  -- Where it lies; null: not looked at yet.
  keeper text check (keeper in ('file', 'pkcs11')),
  -- Random bytes that it wraps: whoever opens them has the key of this archive.
  proof bytea,
  made_at timestamptz not null default now()
);
insert into master_keys (version) values (1);

alter table sealing_keys add column master int default 1 references master_keys (version);
alter table sealing_keys alter column master drop default;
update sealing_keys set master = null where wrapped is null;
alter table sealing_keys add check ((wrapped is null) = (master is null));

-- Which keys were destroyed, once more and by itself: a backup from before brings the key back, and this list, kept outside the
-- database too, tells to destroy it again.
create table key_destructions (
  key_id text collate "C" primary key,
  destroyed_at timestamptz not null,
  -- Whether the ledger outside the database has it.
  told boolean not null default false,
  -- When the ledger told to destroy it once more, behind a restore: rows of its study may be back, too.
  again_at timestamptz
);
create index key_destructions_again on key_destructions (key_id) where again_at is not null;
create index key_destructions_untold on key_destructions (destroyed_at) where not told;
insert into key_destructions (key_id, destroyed_at) select key_id, destroyed_at from sealing_keys where destroyed_at is not null;

create trigger key_destructions_append_only before delete or truncate on key_destructions
  for each statement execute function refuse_change();

-- Nobody writes this list by hand, and nobody destroys a key without it.
create function note_key_destruction() returns trigger language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into key_destructions (key_id, destroyed_at) values (new.key_id, new.destroyed_at) on conflict (key_id) do nothing;
  return null;
end $$;
create trigger sealing_keys_destroyed after insert or update of destroyed_at on sealing_keys
  for each row when (new.destroyed_at is not null) execute function note_key_destruction();

create function refuse_revived_key() returns trigger language plpgsql as $$
begin
  raise exception 'a destroyed key never comes back';
end $$;
create trigger sealing_keys_stay_destroyed before update on sealing_keys
  for each row when (old.destroyed_at is not null and new.destroyed_at is null) execute function refuse_revived_key();

grant select on master_keys to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert, delete on master_keys to arkim_operator;
grant update (wrapped, master) on sealing_keys to arkim_operator;
grant update (wrapped, master, destroyed_at) on sealing_keys to arkim_retention;
grant select, update (told) on key_destructions to arkim_retention;
grant select on key_destructions to arkim_operator;
