-- Claims of one Study Instance UID stand in the order in which they came: own hospital first, then oldest (design D7).
alter table study_access add column claimed_at timestamptz not null default clock_timestamp();
