-- One tree over all events of the log, in its order (RFC 9162; design D16): a row for each event, made by the one sealer, never at append. Kept
-- beside the log, so that an event that was changed, removed or put in shows and can be named.
create table evidence_leaves (
  index bigint primary key check (index >= 0),
  leaf bytea not null check (octet_length(leaf) = 32),
  event uuid not null unique,
  stream text collate "C" not null,
  version int not null
);
-- Hashes of subtrees whose leaves are all there, from 256 leaves (level 8) up: what proofs are made of.
create table evidence_nodes (
  level int not null check (level >= 8),
  index bigint not null check (index >= 0),
  hash bytea not null check (octet_length(hash) = 32),
  primary key (level, index)
);
-- Seals and time-stamps as the log has them (LogSealed, LogStamped): written when their event is taken into the tree.
create table evidence_seals (
  number bigint primary key check (number > 0),
  day date not null unique,
  previous bytea not null,
  size bigint not null check (size > 0),
  root bytea not null,
  -- As the log says it, to the letter: the digest is over it.
  sealed_at text not null,
  digest bytea not null unique
);
create table evidence_stamps (
  day date not null references evidence_seals (day),
  -- The first is over the seal, each later one over the stamp before it.
  stamp_order int not null check (stamp_order > 0),
  -- RFC 4998 §4.2: lists of hashes in hex.
  path jsonb not null,
  token bytea not null,
  stamped_at timestamptz not null,
  primary key (day, stamp_order)
);

create trigger evidence_leaves_append_only before update or delete or truncate on evidence_leaves
  for each statement execute function refuse_change();
create trigger evidence_nodes_append_only before update or delete or truncate on evidence_nodes
  for each statement execute function refuse_change();
create trigger evidence_seals_append_only before update or delete or truncate on evidence_seals
  for each statement execute function refuse_change();
create trigger evidence_stamps_append_only before update or delete or truncate on evidence_stamps
  for each statement execute function refuse_change();

grant select on evidence_leaves, evidence_nodes, evidence_seals, evidence_stamps to arkim_api, arkim_operator;
grant select, insert on evidence_leaves, evidence_nodes, evidence_seals, evidence_stamps to arkim_retention;
create policy events_retention_log_seals on events for insert to arkim_retention
  with check (stream like 'evidence-log-%' and type in ('LogSealed', 'LogStamped'));
create policy events_operator_log_stamps on events for insert to arkim_operator
  with check (stream like 'evidence-log-%' and type = 'LogStamped');
