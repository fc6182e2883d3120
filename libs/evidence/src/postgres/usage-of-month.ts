import type { Pool } from 'pg';

/** What one hospital used in a month (UTC). Studies stored: into which something came over the network. A reading is one study that one actor opened on one day, however often. */
export type HospitalUsage = Readonly<{
  hospital: string;
  studiesStored: number;
  readByOwn: number;
  readByOthers: number;
  patientViews: number;
  searches: number;
}>;

const USAGE = `with bounds as (select ($1 || '-01')::timestamp at time zone 'utc' as start,
    (($1 || '-01')::timestamp + interval '1 month') at time zone 'utc' as ending),
  readings as (
    select distinct hospital, claim, actor, (recorded_at at time zone 'utc')::date as day,
      'patient' = any (roles) as by_patient, organisation = hospital as by_own
    from audit_records, bounds where recorded_at >= start and recorded_at < ending
      and outcome = 'permit' and action in ('retrieve', 'export') and claim <> ''),
  searches as (
    select organisation as hospital, count(*) as searches from audit_records, bounds
    where recorded_at >= start and recorded_at < ending and outcome = 'permit' and action = 'search' group by 1),
  stored as (
    select hospital, count(distinct claim) as stored from audit_records, bounds
    where recorded_at >= start and recorded_at < ending and outcome = 'permit' and action = 'store' and claim <> '' group by 1)
  select hospitals.hospital, coalesce(max(stored.stored), 0)::int as "studiesStored",
    count(readings.claim) filter (where by_own and not by_patient)::int as "readByOwn",
    count(readings.claim) filter (where not by_own and not by_patient)::int as "readByOthers",
    count(readings.claim) filter (where by_patient)::int as "patientViews",
    coalesce(max(searches.searches), 0)::int as searches
  from hospitals left join stored using (hospital) left join searches using (hospital) left join readings using (hospital)
  where $2::text is null or hospitals.hospital = $2
  group by hospitals.hospital order by hospitals.hospital`;

/** Counts what hospitals used in a month, YYYY-MM; all, or the one that is named. No personal data. */
export const usageOfMonth = async (
  pool: Pool,
  month: string,
  hospital?: string,
): Promise<readonly HospitalUsage[]> =>
  (await pool.query<HospitalUsage>(USAGE, [month, hospital ?? null])).rows;
