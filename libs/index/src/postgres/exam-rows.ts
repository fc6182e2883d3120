import type { PoolClient } from 'pg';
import type { ExamColumns, ExamRow } from '../exam-row.js';

const TABLE = 'study_exams';

/** What is known of the exams of these studies. */
export async function readExams(
  client: PoolClient,
  claims: readonly string[],
  table = TABLE,
): Promise<readonly ExamRow[]> {
  if (claims.length === 0) return [];
  const { rows } = await client.query({
    name: `${table}-before`,
    text: `select claim, hospital, started, words from ${table} where claim = any($1)`,
    values: [claims],
  });
  return rows;
}

/** Writes rows in one statement, each in the place of the one before. */
export async function writeExams(
  client: PoolClient,
  rows: readonly ExamColumns[],
  table = TABLE,
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = Object.keys(first);
  const updates = columns.filter((column) => column !== 'claim').map((c) => `${c} = excluded.${c}`);
  await client.query({
    name: `${table}-upsert`,
    text: `insert into ${table} (${columns}) select ${columns} from json_populate_recordset(null::${table}, $1)
      on conflict (claim) do update set ${updates.join(', ')}`,
    values: [JSON.stringify(rows)],
  });
}
