-- A job that an edge hands to a worker commits with its facts and its receipt (ADR 20): the worker writes its row, done, and its small packs.
grant insert (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count, attempts, completed_at, receipt)
  on ingest_jobs to arkim_ingest;
create policy small_packs_handed on small_packs for insert to arkim_ingest with check (starts_with(key, 'packs/landing/'));
