-- Storage commitment requests (PS3.18 §13) and their results. What the archive has promised must outlive the process that found it out.
create table commitment_requests (
  hospital text not null,
  transaction_uid text not null,
  actor text not null,
  asked text not null,
  requested_at timestamptz not null default now(),
  attempts int not null default 0,
  claimed_until timestamptz,
  completed_at timestamptz,
  result text,
  primary key (hospital, transaction_uid)
);
create index commitment_requests_waiting on commitment_requests (requested_at) where completed_at is null;

-- The edge looks instances up by the hash of their UID; what was asked never changes.
grant select, delete, insert (hospital, transaction_uid, actor, asked) on commitment_requests to arkim_api;
grant update (attempts, claimed_until, completed_at, result) on commitment_requests to arkim_api;
grant select on reservations to arkim_api;
