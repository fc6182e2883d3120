-- From when patients see what is theirs (a hospital may wait some days after an exam), and the law of which country a hospital is under, as
-- searches ask for them: out of the settings, so that no statement reads a whole file of keys.
alter table hospitals
  add column jurisdiction text generated always as (coalesce(settings ->> 'jurisdiction', '')) stored,
  add column patient_delay_days int generated always as (coalesce((settings -> 'patientAccess' ->> 'afterDays')::int, 0)) stored;

-- The day, in UTC, on which the archive listed the study: an exam without a date, or with one that is still to come, counts from then. Of
-- studies that were there before, nobody waits for it.
alter table study_access add column listed_on text not null default '';
alter table study_access alter column listed_on set default to_char(now() at time zone 'UTC', 'YYYYMMDD');
