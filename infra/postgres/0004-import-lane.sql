-- Imports wait in a lane of their own (design D14): workers take stores first, and the edge doesn't count imports when it admits.
-- Only the operator names a lane; what the edge accepts is a store.
alter table ingest_jobs add column lane text not null default 'store' check (lane in ('store', 'import'));
drop index ingest_jobs_waiting;
create index ingest_jobs_waiting on ingest_jobs (lane, accepted_at) where completed_at is null;
grant insert (lane) on ingest_jobs to arkim_operator;
