-- Who was shown what, and who was not (design §4): one row is one record, made durable before the first byte of the answer. What names a
-- person (credential, study UID, query, the claims that a search showed) is sealed under the key of the month, with the id as associated data.
create table audit_records (
  id uuid primary key,
  -- As in the log: readers order by (xid, position) below the oldest running transaction.
  position bigint generated always as identity,
  xid xid8 not null default pg_current_xact_id(),
  recorded_at timestamptz not null default clock_timestamp(),
  kind text not null,
  action text not null,
  outcome text not null check (outcome in ('permit', 'deny')),
  rule text not null,
  policy_version text not null,
  -- Opaque, as jobs and facts name it.
  actor text not null,
  organisation text not null,
  roles text[] not null,
  machine boolean not null,
  behalf_actor text not null,
  behalf_organisation text not null,
  purpose text not null,
  hospital text not null,
  claim text not null,
  person text not null,
  break_glass boolean not null,
  obligations text[] not null,
  -- It stands for all that was like it within these five minutes; null: for one request.
  window_start timestamptz,
  -- Refusals like it of windows before that this edge counted and didn't write.
  repeats int not null check (repeats >= 0),
  sealed_key text not null,
  sealed bytea not null
);
create unique index audit_records_order on audit_records (xid, position);
create index audit_records_claim on audit_records (claim, recorded_at) where claim <> '';
create index audit_records_hospital on audit_records (hospital, recorded_at) where hospital <> '';
create index audit_records_organisation on audit_records (organisation, recorded_at);
create index audit_records_recorded on audit_records (recorded_at);
alter table audit_records alter column sealed set storage external;

-- Batches of records in their order, each chained to the one before; the root is that of RFC 9162 §2.1.1 over the leaves.
create table audit_seals (
  number bigint primary key check (number > 0),
  previous bytea not null,
  root bytea not null,
  digest bytea not null unique,
  sealed_at timestamptz not null,
  last_xid xid8 not null,
  last_position bigint not null,
  ids uuid[] not null,
  -- Leaf hashes of 32 bytes, in the order of the ids.
  leaves bytea not null check (octet_length(leaves) = 32 * cardinality(ids))
);
create index audit_seals_sealed on audit_seals (sealed_at);

-- All seals of a day (UTC), chained in their turn; the log has the same as DaySealed.
create table audit_days (
  day date primary key,
  number bigint not null unique check (number > 0),
  previous bytea not null,
  first_seal bigint not null,
  last_seal bigint not null,
  records bigint not null,
  root bytea not null,
  digest bytea not null unique
);

-- Which claims a search showed, opened from its record when it's sealed: so that accesses to a patient are found.
create table audit_shown (
  claim text not null,
  recorded_at timestamptz not null,
  record uuid not null,
  primary key (claim, recorded_at, record)
);
create index audit_shown_record on audit_shown (record);

-- How far records were told to others (a syslog server); each has a place of its own.
create table audit_exports (name text primary key, last_xid xid8 not null, last_position bigint not null);

create trigger audit_records_append_only before update or delete or truncate on audit_records
  for each statement execute function refuse_change();
create trigger audit_seals_append_only before update or delete or truncate on audit_seals
  for each statement execute function refuse_change();
create trigger audit_days_append_only before update or delete or truncate on audit_days
  for each statement execute function refuse_change();

grant select, insert (id, kind, action, outcome, rule, policy_version, actor, organisation, roles, machine, behalf_actor, behalf_organisation,
  purpose, hospital, claim, person, break_glass, obligations, window_start, repeats, sealed_key, sealed) on audit_records to arkim_api;
grant select on audit_seals, audit_days, audit_shown to arkim_api;
grant select on audit_records, audit_seals, audit_days, audit_shown to arkim_operator;
grant select on audit_records to arkim_retention;
grant select, insert on audit_seals, audit_days, audit_shown to arkim_retention;
grant select, insert, update on audit_exports to arkim_retention;
grant select on sealing_keys to arkim_retention;
create policy events_retention_seals on events for insert to arkim_retention with check (stream like 'evidence-%' and type = 'DaySealed');
