-- Names are searched by parts of them.
create extension if not exists pg_trgm;

-- What the edge accepted and the workers answered. One row is one Store request; its commit is the durable acceptance (design D1, D15).
create table ingest_jobs (
  id uuid primary key,
  hospital text not null,
  actor text not null,
  request_digest bytea not null unique,
  study text,
  packs text not null,
  parts text not null,
  part_count int not null,
  byte_count bigint not null,
  accepted_at timestamptz not null default now(),
  attempts int not null default 0,
  claimed_until timestamptz,
  completed_at timestamptz,
  receipt text
);
create index ingest_jobs_waiting on ingest_jobs (accepted_at) where completed_at is null;
create index ingest_jobs_completed on ingest_jobs (completed_at) where completed_at is not null;

-- One SOP Instance UID belongs to one study of a hospital (design D6). uid_hash is keyed: it tells nothing without the lookup key.
create table reservations (
  uid_hash bytea primary key,
  claim text not null,
  series text not null,
  sha256 bytea not null,
  bytes bigint not null
);
create index reservations_claim on reservations (claim);

-- Parts kept aside until a person decides.
create table quarantine (
  id uuid primary key,
  hospital text not null,
  job uuid not null,
  part int not null,
  pack text not null,
  sha256 text not null,
  byte_offset bigint not null,
  bytes bigint not null,
  reason int not null,
  why text not null,
  quarantined_at timestamptz not null default now(),
  resolved_at timestamptz,
  outcome text,
  unique (job, part)
);
create index quarantine_open on quarantine (hospital, quarantined_at) where resolved_at is null;
create index quarantine_pack on quarantine (pack) where resolved_at is null;

-- Hospitals that may store and read: a projection of the hospital streams.
create table hospitals (
  hospital text primary key,
  name text not null,
  onboarded_at timestamptz not null
);

-- Which version of a projection is read, and which one is written along with it: the one before, until no reader trusts it any more (design D13).
create table projections (
  name text primary key,
  active int not null,
  also int
);

create table platform_state (
  key text primary key,
  value text not null
);

-- Studies whose instances still lie in landing packs; a worker settles those that have been quiet for long enough (design D3).
create table settle_queue (
  claim text primary key,
  hospital text not null,
  touched_at timestamptz not null default now()
);
create index settle_queue_touched on settle_queue (touched_at);

-- Packs that no segment may name any more; the retention worker removes those that really aren't named.
create table retire_queue (
  pack text primary key,
  due_at timestamptz not null
);
create index retire_queue_due on retire_queue (due_at);

-- Extract packs too small for a file of their own, until they are settled (ADR 9). They commit with the facts that name them.
create table small_packs (
  key text primary key,
  body bytea not null,
  written_at timestamptz not null default now()
);
