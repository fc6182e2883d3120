-- With the log in another engine, an append and the rows that follow from it can't commit together. What is about to be appended is
-- written here before, and taken away with the rows: what a dead process leaves is appended again, or found appended (ADR 16).
create table log_intents (
  id uuid primary key,
  -- Studies whose locks the append needs.
  claims text[] not null,
  -- Streams that it goes to: a pack that is about to be named is no orphan.
  streams text[] not null,
  -- The append as it was sealed, in JSON: ciphertext as in the log itself.
  appends text not null,
  intended_at timestamptz not null default now()
);
grant select, insert, delete on log_intents to arkim_ingest;
grant select (streams) on log_intents to arkim_retention;

-- Which engine holds the log of this archive: each program asks before it works.
grant select on platform_state to arkim_ingest, arkim_retention, arkim_operator;
