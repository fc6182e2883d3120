-- Every search is of one hospital. Indexes of names, words and modalities that know nothing of hospitals find everybody's studies, and
-- PostgreSQL then reads the whole list of the hospital's to sort the others out: that grows with the archive. So the hospital goes into them.
-- Studies are also asked for by the day a patient was born and by who referred them. Versions of the findable projection that are there
-- already get the same indexes as new ones.
create extension if not exists btree_gin;
do $$
declare
  version_schema text;
  old_index text;
begin
  for version_schema in select nspname from pg_namespace where nspname ~ '^findable_[0-9]+$' loop
    for old_index in select indexrelid::regclass::text from pg_index join pg_class on pg_class.oid = indexrelid
      join pg_am on pg_am.oid = relam and amname = 'gin' where indrelid = format('%I.studies', version_schema)::regclass loop
      execute format('drop index %s', old_index);
    end loop;
    execute format('create index on %I.studies (hospital, birth_date)', version_schema);
    execute format('create index on %I.studies (hospital, referring_folded text_pattern_ops)', version_schema);
    execute format('create index on %I.studies using gin (hospital, modalities)', version_schema);
    execute format('create index on %I.studies using gin (hospital, patient_name_keys)', version_schema);
    execute format('create index on %I.studies using gin (hospital, referring_keys)', version_schema);
    execute format('create index on %I.studies using gin (hospital, patient_name_folded gin_trgm_ops, patient_id gin_trgm_ops,'
      ' accession gin_trgm_ops, description gin_trgm_ops)', version_schema);
  end loop;
end $$;
