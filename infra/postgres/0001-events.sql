-- The log (design D4, D12, D16). `data` and `metadata` are JSON kept as text: the archive serves them, nothing here queries them.
-- `xid` is the transaction that appended: readers order by (xid, position) below the oldest running transaction, since positions
-- are handed out before they commit. A logical restore (pg_dump) into another cluster starts its transaction ids again: before
-- it serves, `xid` of all rows must become '3' and `position` must be renumbered in the old (xid, position) order. Physical copies
-- and pg_upgrade keep the ids.
create table events (
  stream text collate "C" not null,
  version int not null check (version > 0),
  position bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  id uuid not null unique,
  type text not null,
  schema int not null check (schema > 0),
  data text not null,
  sealed_key text,
  sealed_nonce bytea,
  sealed bytea,
  metadata text not null,
  recorded_at timestamptz not null default now(),
  primary key (stream, version),
  check ((sealed is null) = (sealed_key is null) and (sealed is null) = (sealed_nonce is null))
);
create unique index events_order on events (xid, position);
-- Ciphertext doesn't compress: don't try.
alter table events alter column sealed set storage external;

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'table % is append-only', tg_table_name;
end $$;
create trigger events_append_only before update or delete or truncate on events
  for each statement execute function refuse_change();

-- Data keys, each wrapped by the master key. A destroyed key keeps its row, so that it's never made again.
create table sealing_keys (
  key_id text collate "C" primary key,
  wrapped bytea,
  created_at timestamptz not null default now(),
  destroyed_at timestamptz,
  check ((wrapped is null) = (destroyed_at is not null))
);

-- The newest folded state per stream and fold; disposable.
create table snapshots (
  stream text collate "C" not null,
  fold text collate "C" not null,
  fold_version int not null check (fold_version > 0),
  version int not null check (version > 0),
  sealed_key text not null,
  sealed_nonce bytea not null,
  sealed bytea not null,
  recorded_at timestamptz not null default now(),
  primary key (stream, fold)
);
alter table snapshots alter column sealed set storage external;
