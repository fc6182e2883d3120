-- Studies are also asked for by the day a patient was born and by who referred them: versions of the findable projection that are there
-- already get the indexes. Both columns repeat so much that an entry of either takes a few bytes.
do $$
declare
  version_schema text;
begin
  for version_schema in select nspname from pg_namespace where nspname ~ '^findable_[0-9]+$' loop
    execute format('create index on %I.studies (hospital, birth_date)', version_schema);
    execute format('create index on %I.studies (hospital, referring_folded text_pattern_ops)', version_schema);
  end loop;
end $$;
