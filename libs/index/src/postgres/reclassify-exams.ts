import type { Pool } from 'pg';
import { classified, type ExamRow } from '../exam-row.js';
import type { TermsOf } from '../terms-of.js';

const ROWS_AT_ONCE_MAX = 500;

/**
 * Classifies again what was classified by other terms than those of now, hospital by hospital; `done` remembers by hospital which terms have been
 * through, so that two versions of the program don't undo each other's work. Answers with how many rows it looked at. Stops when told to.
 */
export async function reclassifyExams(
  pool: Pool,
  termsOf: TermsOf,
  done: Map<string, string>,
  signal: AbortSignal,
): Promise<number> {
  const { rows } = await pool.query('select hospital from hospitals order by hospital');
  let looked = 0;
  for (const { hospital } of rows) {
    const { version } = await termsOf(hospital);
    if (done.get(hospital) === version) continue;
    looked += await reclassifyHospital(pool, termsOf, { hospital, version }, signal);
    if (signal.aborted) return looked;
    done.set(hospital, version);
  }
  return looked;
}

type Hospital = Readonly<{ hospital: string; version: string }>;

const reclassifyHospital = async (
  pool: Pool,
  termsOf: TermsOf,
  { hospital, version }: Hospital,
  signal: AbortSignal,
): Promise<number> => {
  let looked = 0;
  for (let after = ''; !signal.aborted; ) {
    const { rows } = await pool.query<ExamRow>(
      `select claim, hospital, started, words from study_exams
       where hospital = $1 and terms <> $2 and claim > $3 order by claim limit ${ROWS_AT_ONCE_MAX}`,
      [hospital, version, after],
    );
    const last = rows.at(-1);
    if (last === undefined) return looked;
    await writeClasses(pool, rows, termsOf);
    looked += rows.length;
    after = last.claim;
  }
  return looked;
};

/** A row to which a store has added words meanwhile has its class of them already. */
const writeClasses = async (
  pool: Pool,
  rows: readonly ExamRow[],
  termsOf: TermsOf,
): Promise<void> => {
  await pool.query(
    `update study_exams e set (modality_group, regions, coarse, laterality, contrast, purposes, evidence, confidence, terms)
       = (n.modality_group, n.regions, n.coarse, n.laterality, n.contrast, n.purposes, n.evidence, n.confidence, n.terms)
     from json_populate_recordset(null::study_exams, $1) n where n.claim = e.claim and n.words = e.words`,
    [JSON.stringify(await classified(rows, termsOf))],
  );
};
