-- What the agency was told of studies, and who else is told. None of the first three is a projection: they say what was told, and that stays true
-- whatever is rebuilt.

-- Studies (claims) that the agency was told of, and how they stood then. A study that it may not know of and never was told of is not here.
create table told_studies (
  claim text primary key,
  hospital text not null,
  person text not null,
  withdrawn boolean not null default false,
  -- The last event of the study's stream that was told.
  version int not null
);
create index told_studies_person on told_studies (person);

-- In the order in which they were told: one writer at a time counts them, so that none comes late (design D16).
create table study_changes (
  sequence bigint primary key check (sequence > 0),
  claim text not null,
  hospital text not null,
  kind text not null check (kind in ('stored', 'changed', 'reassigned', 'withdrawn', 'restored')),
  happened_at timestamptz not null
);

-- How far the log was followed, and how far all studies were looked at again: some change without an event.
create table change_progress (
  one boolean primary key default true check (one),
  -- Of the engine that holds the log; another engine's log is followed from its start, which tells nothing twice.
  engine text not null default '',
  checkpoint text,
  last_sequence bigint not null default 0,
  swept_to text not null default '',
  -- Who may know what has changed: the round of all studies begins anew and takes no rests.
  sweep_asked boolean not null default false,
  looked_at timestamptz not null default now()
);
insert into change_progress default values;
-- Oppositions that begin by themselves.
create index oppositions_from on oppositions (valid_from);

-- Who wants to be told over HTTP: a projection.
create table webhooks (
  id text primary key,
  organisation text not null,
  address text not null,
  -- The last change that isn't to be told.
  after bigint not null,
  subscribed_at timestamptz not null
);

-- How far each was told: an outbox.
create table webhook_progress (
  id text primary key,
  sequence bigint not null,
  -- The end of the message that is being tried; fixed, so that each try is the same message.
  through bigint,
  -- Raised when somebody wants to be told again: the same changes are other messages then.
  round int not null default 0,
  attempts int not null default 0,
  failures_in_a_row int not null default 0,
  due_at timestamptz not null default now(),
  halted boolean not null default false,
  last_outcome text not null default '',
  tried_at timestamptz
);

-- Messages that were given up.
create table webhook_dead_letters (
  id text primary key,
  webhook text not null,
  after bigint not null,
  through bigint not null,
  attempts int not null,
  last_outcome text not null,
  given_up_at timestamptz not null default now()
);
create index webhook_dead_letters_of on webhook_dead_letters (webhook, through);

-- Which instances have the same pixels (R-104): a keyed digest of the value of Pixel Data, computed when a study is settled. It is made of bytes,
-- not of the log: `arkim duplicates scan` makes it again.
create table pixel_digests (
  -- As in reservations.
  uid_hash bytea primary key,
  digest bytea not null check (octet_length(digest) = 16),
  hospital text not null,
  claim text not null,
  bytes bigint not null
);
create index pixel_digests_equal on pixel_digests (hospital, digest, claim);
create index pixel_digests_claim on pixel_digests (claim);

-- How many instances of a study have a digest.
create table pixel_studies (
  claim text primary key,
  hospital text not null,
  instances int not null
);
create index pixel_studies_hospital on pixel_studies (hospital) include (instances);

-- Two studies of one hospital that share pixels; `claim` before `other` in order, the same in both: a study with the same pixels twice.
create table pixel_copies (
  claim text not null,
  other text not null,
  hospital text not null,
  -- Of the one of the two that has fewer bytes in common.
  instances int not null,
  bytes bigint not null,
  primary key (claim, other),
  check (claim <= other)
);
create index pixel_copies_other on pixel_copies (other);
create index pixel_copies_hospital on pixel_copies (hospital, claim, other);

-- Instances whose bytes were kept already when they were sent again: one row for each request that had some.
create table sent_again (
  job uuid primary key,
  hospital text not null,
  instances int not null,
  bytes bigint not null,
  sent_at timestamptz not null default now()
);
create index sent_again_hospital on sent_again (hospital, sent_at) include (instances, bytes);

grant select, insert, update on told_studies to arkim_retention;
grant select, insert on study_changes to arkim_retention;
grant select, update on change_progress to arkim_retention;
grant select on webhooks to arkim_retention;
grant select, insert, update on webhook_progress to arkim_retention;
grant select, insert on webhook_dead_letters to arkim_retention;
-- What it tells others is written down as any answer of the edge is.
grant insert (id, kind, action, outcome, rule, policy_version, actor, organisation, roles, machine, behalf_actor, behalf_organisation,
  purpose, hospital, claim, person, break_glass, obligations, window_start, repeats, sealed_key, sealed) on audit_records to arkim_retention;
grant insert on sealing_keys to arkim_retention;
grant select on told_studies, study_changes, change_progress, webhook_dead_letters to arkim_api, arkim_operator;
grant select, insert, delete on webhooks to arkim_api;
grant select, insert (id, sequence, round), update (sequence, through, round, attempts, failures_in_a_row, due_at, halted) on webhook_progress to arkim_api;
grant select on webhooks, webhook_progress to arkim_operator;
grant select, insert, update, delete on pixel_digests, pixel_studies, pixel_copies to arkim_ingest;
grant select, insert on sent_again to arkim_ingest;
grant select on pixel_digests, pixel_studies, pixel_copies, sent_again to arkim_api, arkim_operator;
grant insert, update, delete on pixel_digests, pixel_studies, pixel_copies to arkim_operator;
create policy events_webhooks on events for insert to arkim_api with check (stream like 'webhook-%');
