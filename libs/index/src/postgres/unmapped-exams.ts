import type { Pool } from 'pg';

/** What exams of a hospital were called that nothing could classify: a code of its own, or words. */
export type Unmapped = Readonly<{ kind: 'code' | 'description'; text: string; studies: number }>;

export type UnmappedExams = Readonly<{
  /** Studies of the hospital, and those of them whose region is unknown. */
  studies: number;
  unknown: number;
  /** The most frequent first. */
  listed: readonly Unmapped[];
  /** Different texts that stand in fewer studies than are listed. */
  rare: number;
}>;

const LISTED_MAX = 1_000;

/**
 * What to map next. A description is free text, in which somebody may have written a name: only what stands in studies of at least `patientsMin`
 * different patients is listed, the rest is counted.
 */
export async function unmappedExams(
  pool: Pool,
  hospital: string,
  patientsMin: number,
): Promise<UnmappedExams> {
  const counts = await pool.query(
    `select count(*) as studies, count(*) filter (where regions = '{}') as unknown from study_exams where hospital = $1`,
    [hospital],
  );
  const { rows } = await pool.query(
    `with unknown as (select e.claim, e.words, coalesce(nullif(a.person, ''), e.claim) as person
       from study_exams e left join study_access a on a.claim = e.claim where e.hospital = $1 and e.regions = '{}'),
     named as (
       select claim, person, 'code' as kind, concat_ws('|', code->>'system', code->>'value') as text
       from unknown, jsonb_array_elements(words->'codes') as code
       union all
       select claim, person, 'description', text from unknown, jsonb_array_elements_text(words->'descriptions') as text),
     counted as (select kind, text, count(distinct claim) as studies, count(distinct person) as people from named group by 1, 2)
     select kind, text, studies, people >= $2 as shown from counted order by studies desc, kind, text`,
    [hospital, patientsMin],
  );
  const shown = rows.filter((row) => row.shown);
  return {
    studies: Number(counts.rows[0]?.studies),
    unknown: Number(counts.rows[0]?.unknown),
    listed: shown
      .slice(0, LISTED_MAX)
      .map(({ kind, text, studies }) => ({ kind, text, studies: Number(studies) })),
    rare: rows.length - shown.length,
  };
}
