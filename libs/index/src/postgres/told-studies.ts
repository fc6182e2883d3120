import type { PoolClient } from 'pg';
import { statementValues } from '../search-sql.js';
import { type Looker, permittedSql } from '../seen-studies.js';
import type { Decided, SeenStudy, ToldStudy } from '../study-changes.js';
import type { Touched } from '../touched-studies.js';

/** How far the log was followed and what was told. `lookedAt` as ISO 8601 has it. */
export type Progress = Readonly<{
  engine: string;
  checkpoint: string | undefined;
  sequence: number;
  sweptTo: string;
  isSweepAsked: boolean;
  lookedAt: string;
}>;

/** A checkpoint of another engine means nothing: its log is followed from the start, and what was told isn't told again. */
export async function readProgress(client: PoolClient, engine: string): Promise<Progress> {
  const { rows } = await client.query('select * from change_progress');
  const [row] = rows;
  if (row === undefined) throw new Error('the row of change_progress is gone');
  return {
    engine,
    checkpoint: row.engine === engine ? (row.checkpoint ?? undefined) : undefined,
    sequence: Number(row.last_sequence),
    sweptTo: row.swept_to,
    isSweepAsked: row.sweep_asked,
    lookedAt: row.looked_at.toISOString(),
  };
}

export async function writeProgress(client: PoolClient, progress: Progress): Promise<void> {
  const { engine, checkpoint, sequence, sweptTo, isSweepAsked, lookedAt } = progress;
  await client.query({
    name: 'changes-progress',
    text: `update change_progress set engine = $1, checkpoint = $2, last_sequence = $3, swept_to = $4, sweep_asked = $5, looked_at = $6`,
    values: [engine, checkpoint ?? null, sequence, sweptTo, isSweepAsked, lookedAt],
  });
}

/** Opposing patients whose word holds since `from`. */
export async function beginningOppositions(
  client: PoolClient,
  from: string,
  to: string,
): Promise<readonly string[]> {
  const { rows } = await client.query({
    name: 'changes-oppositions',
    text: 'select distinct patient from oppositions where valid_from > $1 and valid_from <= $2',
    values: [from, to],
  });
  return rows.map(({ patient }) => String(patient));
}

/** The studies that are meant: those that are named, and all of the persons whom somebody said something of, as they are and as they were told. */
export async function claimsOf(
  client: PoolClient,
  {
    claims,
    patients,
    edges,
  }: Pick<Touched, 'claims' | 'edges'> & Readonly<{ patients: readonly string[] }>,
): Promise<readonly string[]> {
  const named = [...claims.keys()];
  if (patients.length === 0 && edges.size === 0) return named;
  const { rows } = await client.query({
    name: 'changes-claims',
    text: `with moved as (select claim, patient, other from study_moves where move = any ($2)),
      named as (
        select unnest($1::text[]) as patient
        union select unnest(array[patient, other]) from identity_links where link = any ($2)
        union select unnest(array[patient, other]) from moved
      ),
      persons as (
        select patient as person from named
        union select person from patient_ids where patient in (select patient from named)
        union select person from study_access where patient in (select patient from named) and patient <> ''
        union select t.person from told_studies t join study_access a using (claim)
          where a.patient in (select patient from named) and a.patient <> ''
      )
      select claim from study_access where person in (select person from persons) and person <> ''
      union select claim from told_studies where person in (select person from persons) and person <> ''
      union select claim from moved
      union select unnest($3::text[])`,
    values: [patients, [...edges], named],
  });
  return rows.map(({ claim }) => String(claim));
}

/** The next claims behind `after`, of studies that are there and that were told. */
export async function claimsToSweep(
  client: PoolClient,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const { rows } = await client.query({
    name: 'changes-sweep',
    text: `select claim from (
        (select claim from study_access where claim > $1 order by claim limit $2)
        union (select claim from told_studies where claim > $1 order by claim limit $2)
      ) claims order by claim limit $2`,
    values: [after, limit],
  });
  return rows.map(({ claim }) => String(claim));
}

/** Those of the studies that the looker may know of. */
export async function seenStudies(
  client: PoolClient,
  claims: readonly string[],
  looker: Looker,
): Promise<ReadonlyMap<string, SeenStudy>> {
  const { values, bind } = statementValues();
  const text = `select access.claim, access.hospital, access.person from study_access as access
    where access.claim = any (${bind(claims)}) and ${permittedSql(looker, 'search', bind)}`;
  const { rows } = await client.query<SeenStudy>(text, values);
  return new Map(rows.map((row) => [row.claim, row]));
}

export async function toldStudies(
  client: PoolClient,
  claims: readonly string[],
): Promise<ReadonlyMap<string, ToldStudy>> {
  const { rows } = await client.query<ToldStudy>({
    name: 'changes-told',
    text: 'select claim, hospital, person, withdrawn, version from told_studies where claim = any ($1)',
    values: [claims],
  });
  return new Map(rows.map((row) => [row.claim, row]));
}

/** `sequence`: the last that was told before. */
export async function writeTold(
  client: PoolClient,
  { changes, told }: Decided,
  sequence: number,
): Promise<void> {
  if (told.length === 0) return;
  const rows = changes.map(({ claim, hospital, kind, at }, index) => ({
    sequence: sequence + index + 1,
    ...{ claim, hospital, kind, happened_at: at },
  }));
  await client.query(
    `insert into study_changes select * from json_populate_recordset(null::study_changes, $1)`,
    [JSON.stringify(rows)],
  );
  await client.query(
    `insert into told_studies select * from json_populate_recordset(null::told_studies, $1)
     on conflict (claim) do update set (hospital, person, withdrawn, version)
       = (excluded.hospital, excluded.person, excluded.withdrawn, excluded.version)`,
    [JSON.stringify(told)],
  );
}
