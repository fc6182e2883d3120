-- Who may write what (design D17, ADR 10): each program logs in as a role of its own. The owner of the tables, whom none of this
-- binds, migrates, starts the programs and rebuilds. Roles belong to the whole server: archives on one server share them.
do $$
declare
  wanted constant text[] := array['arkim_api', 'arkim_ingest', 'arkim_retention', 'arkim_operator'];
  own constant text := current_setting('role');
  one text;
begin
  foreach one in array wanted loop
    if not exists (select from pg_roles where rolname = one) then
      begin
        execute format('create role %I login', one);
      exception when duplicate_object or unique_violation then
        null; -- Another archive on this server has just made it.
      end;
    end if;
    -- On a server of one's own, programs take their role up with the owner's login.
    begin
      perform set_config('role', one, true);
      perform set_config('role', own, true);
    exception when insufficient_privilege then
      execute format('grant %I to current_user', one);
    end;
  end loop;
exception when insufficient_privilege then
  raise exception 'the user % may not make the roles of the archive; let an administrator of the server run: %grant % to %;',
    quote_ident(current_user),
    (select coalesce(string_agg(format('create role %I login; ', name), '' order by name), '') from unnest(wanted) as name
      where not exists (select from pg_roles where rolname = name)),
    array_to_string(wanted, ', '), quote_ident(current_user);
end $$;

grant usage on schema public to arkim_api, arkim_ingest, arkim_retention, arkim_operator;

-- The log. Nobody but the database sets `xid` and `recorded_at`; each fact has one role that may append it.
grant select, insert (position, stream, version, id, type, schema, data, sealed_key, sealed_nonce, sealed, metadata)
  on events to arkim_ingest, arkim_retention, arkim_operator;
grant usage on sequence events_position_seq to arkim_ingest, arkim_retention, arkim_operator;
alter table events enable row level security;
create policy events_read on events for select to arkim_ingest, arkim_retention, arkim_operator using (true);
create policy events_ingest on events for insert to arkim_ingest with check (
  stream like 'study-%'
  or stream like 'pack-%' and type <> 'PackRemoved'
  or stream like 'intake-%' and type <> 'QuarantineResolved');
create policy events_retention on events for insert to arkim_retention with check (
  stream like 'pack-%' and type = 'PackRemoved');
create policy events_operator on events for insert to arkim_operator with check (
  stream like 'hospital-%'
  or stream like 'intake-%' and type = 'QuarantineResolved');

-- Keys: only the worker that seals makes them.
grant select on sealing_keys to arkim_api, arkim_ingest, arkim_operator;
grant insert on sealing_keys to arkim_ingest;

-- Jobs: whoever accepts a request can't write its receipt.
grant select on ingest_jobs to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert (id, hospital, actor, request_digest, study, packs, parts, part_count, byte_count)
  on ingest_jobs to arkim_api, arkim_operator;
grant update (attempts, claimed_until, completed_at, receipt) on ingest_jobs to arkim_ingest;

grant select, insert on reservations to arkim_ingest;

grant select on quarantine to arkim_retention, arkim_operator;
grant insert on quarantine to arkim_ingest;
grant update (resolved_at, outcome) on quarantine to arkim_operator;

grant select on hospitals to arkim_api, arkim_operator;
grant insert on hospitals to arkim_operator;

grant select on projections to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant select on platform_state to arkim_api;

grant select, insert, update, delete on settle_queue to arkim_ingest;
grant select, insert, update on retire_queue to arkim_ingest, arkim_operator;
grant select, delete on retire_queue to arkim_retention;

grant select on small_packs to arkim_api, arkim_ingest, arkim_retention, arkim_operator;
grant insert on small_packs to arkim_ingest;
grant delete on small_packs to arkim_retention;

-- Versions of the findable projection come and go (design D13): whoever makes one calls this behind its tables.
create function grant_findable(version_schema text) returns void language plpgsql as $$
begin
  execute format('grant usage on schema %I to arkim_api, arkim_ingest, arkim_retention, arkim_operator', version_schema);
  execute format('grant select on all tables in schema %I to arkim_api, arkim_ingest, arkim_retention, arkim_operator', version_schema);
  execute format('grant insert, update, delete on all tables in schema %I to arkim_ingest', version_schema);
  execute format('grant delete on %I.packs to arkim_retention', version_schema);
end $$;
revoke execute on function grant_findable from public;
select grant_findable(nspname) from pg_namespace where nspname ~ '^findable_[0-9]+$';
