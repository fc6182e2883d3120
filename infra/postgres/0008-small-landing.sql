-- Small requests land in the database, in the commit of their job (ADR 18).
grant insert (key, body) on small_packs to arkim_api;
-- What lies here is sealed or compressed already: to try it again costs time and wins nothing.
alter table small_packs alter column body set storage external;
alter table small_packs enable row level security;
create policy small_packs_read on small_packs for select
  to arkim_api, arkim_ingest, arkim_retention, arkim_operator using (true);
create policy small_packs_landing on small_packs for insert to arkim_api with check (starts_with(key, 'packs/landing/'));
create policy small_packs_extract on small_packs for insert to arkim_ingest with check (starts_with(key, 'packs/extract/'));
create policy small_packs_removal on small_packs for delete to arkim_retention using (true);
