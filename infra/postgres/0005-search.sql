-- Names are also found by how they sound (PS3.4 C.2.2.2.1.1): versions of the findable projection that are there already get the
-- columns empty. A row is filled by the next store into its study, all of them by a rebuild; until then a name is found as it is written.
do $$
declare
  version_schema text;
begin
  for version_schema in select nspname from pg_namespace where nspname ~ '^findable_[0-9]+$' and not exists
    (select from information_schema.columns where table_schema = nspname and column_name = 'patient_name_keys') loop
    execute format('alter table %I.studies add column patient_name_keys text[] not null default ''{}'','
      ' add column referring_keys text[] not null default ''{}''', version_schema);
    execute format('create index on %I.studies using gin (patient_name_keys)', version_schema);
    execute format('create index on %I.studies using gin (referring_keys)', version_schema);
  end loop;
end $$;

-- An instance that is searched for by its UID is found by its reservation.
grant select (uid_hash, claim, series) on reservations to arkim_api;
