-- Pages of a search are found in an index alone: the one in the order of dates knows the modalities, those of patients and of who referred them
-- know the order of dates. What fits is then sorted or passed over without a look at the rows. An entry of an index has a bound in bytes, so what
-- these hold together is cut as studyColumns cuts it. Stores wait while the indexes are built (1.3 s with what goes before, at 20,000 studies,
-- 20 s at a million), searches don't.
do $$
declare
  version_schema text;
  old_index text;
begin
  for version_schema in select nspname from pg_namespace where nspname ~ '^findable_[0-9]+$' loop
    execute format('update %I.studies set study_date = left(study_date, 32), study_time = left(study_time, 32),'
      ' patient_name_folded = left(patient_name_folded, 512), referring_folded = left(referring_folded, 512),'
      ' modalities = array(select left(one, 16) from unnest(modalities[1:32]) with ordinality as found (one, at) order by at)'
      ' where length(study_date) > 32 or length(study_time) > 32 or length(patient_name_folded) > 512 or length(referring_folded) > 512'
      ' or cardinality(modalities) > 32 or exists (select from unnest(modalities) as found (one) where length(one) > 16)', version_schema);
    -- How rare a middle of a name is decides between walking the order of dates and gathering all that fit.
    execute format('alter table %I.studies alter patient_name_folded set statistics 300', version_schema);
    execute format('analyze %I.studies', version_schema);
    execute format('create index if not exists studies_by_date on %I.studies (hospital, study_date desc, study_time desc, study_uid)'
      ' include (modalities)', version_schema);
    execute format('create index if not exists studies_by_name on %I.studies (hospital, patient_name_folded text_pattern_ops)'
      ' include (study_date, study_time, study_uid)', version_schema);
    execute format('create index if not exists studies_by_referring on %I.studies (hospital, referring_folded text_pattern_ops)'
      ' include (study_date, study_time, study_uid)', version_schema);
    -- An index tells alone only of pages that vacuum has seen since they changed.
    execute format('alter table %I.studies set (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0.05)',
      version_schema);
    for old_index in select indexrelid::regclass::text from pg_index
      where indrelid = format('%I.studies', version_schema)::regclass and not indisunique
        and (select array_agg(attname::text order by at) from unnest(indkey) with ordinality as keys (attnum, at)
          join pg_attribute using (attnum) where attrelid = indrelid)
          in (array['hospital', 'study_date', 'study_time', 'study_uid'], array['hospital', 'patient_name_folded'],
            array['hospital', 'referring_folded']) loop
      execute format('drop index %s', old_index);
    end loop;
  end loop;
end $$;
