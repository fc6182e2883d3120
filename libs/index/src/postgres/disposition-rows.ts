import type { Pool } from 'pg';
import type { DueInputs } from '#archive/disposition-events';
import {
  BATCH_STUDIES_MAX,
  type Batch,
  type BatchStudy,
  type Candidate,
  type DispositionDesk,
} from '../disposition-desk.js';

/* A study that dropped out of a batch may be proposed again; what has its tombstone is gone. */
const CANDIDATES = `from retention_schedule r where r.hospital = $1 and r.state = 'scheduled' and r.due_on <= $2::date
    and not exists (select from study_holds h where h.claim = r.claim)
    and not exists (select from tombstones t where t.claim = r.claim)
    and not exists (select from disposition_batches b where b.hospital = r.hospital and b.state <> 'stopped'
      and b.studies @> jsonb_build_array(jsonb_build_object('claim', r.claim))
      and not exists (select from disposals d where d.batch = b.batch and d.claim = r.claim and d.step = 'stopped'))`;

const COLUMNS = `r.claim, r.policy, r.policy_version as "policyVersion", r.rule, to_char(r.due_on, 'YYYY-MM-DD') as "dueOn"`;

/** Studies that are due, not held and in no batch, the longest due first. `today`: YYYY-MM-DD. */
export async function listCandidates(
  pool: Pool,
  hospital: string,
  { today, limit }: Readonly<{ today: string; limit: number }>,
): Promise<readonly Candidate[]> {
  const { rows } = await pool.query(
    `select ${COLUMNS} ${CANDIDATES} order by r.due_on, r.claim limit $3`,
    [hospital, today, limit],
  );
  return rows;
}

/** Those of these claims, or of all, that may be proposed now, with what their dates were computed from. */
export async function dueNow(
  pool: Pool,
  hospital: string,
  { today, claims }: Readonly<{ today: string; claims: readonly string[] | undefined }>,
): Promise<readonly (Candidate & Pick<DueInputs, 'inputs'>)[]> {
  const { rows } = await pool.query(
    `select ${COLUMNS}, r.inputs ${CANDIDATES} and ($3::text[] is null or r.claim = any ($3))
     order by r.due_on, r.claim limit ${BATCH_STUDIES_MAX}`,
    [hospital, today, claims ?? null],
  );
  return rows;
}

const BATCH = `b.batch, b.state as phase, b.jurisdiction, b.visa_needed as "visaNeeded", b.grace_days as "graceDays",
  b.proposed_by as "proposedBy", b.proposed_at as "proposedAt", b.approvals, b.execute_after as "executeAfter",
  jsonb_array_length(b.studies) as studies, exists (select from disposition_certificates c where c.batch = b.batch) as certified`;

/** Batches of a hospital, the last that was proposed first. */
export async function listBatches(
  pool: Pool,
  hospital: string,
  { after, limit }: Parameters<DispositionDesk['list']>[1],
): Promise<readonly Batch[]> {
  const { rows } = await pool.query(
    `select ${BATCH} from disposition_batches b where b.hospital = $1
       and ($2::text is null or (b.proposed_at, b.batch) < (select o.proposed_at, o.batch from disposition_batches o where o.batch = $2))
     order by b.proposed_at desc, b.batch desc limit $3`,
    [hospital, after ?? null, limit],
  );
  return rows;
}

/** A batch of a hospital with its studies. */
export async function readBatch(
  pool: Pool,
  hospital: string,
  batch: string,
): Promise<Readonly<{ batch: Batch; studies: readonly BatchStudy[] }> | undefined> {
  const found = await pool.query(
    `select ${BATCH} from disposition_batches b where b.hospital = $1 and b.batch = $2`,
    [hospital, batch],
  );
  if (found.rows[0] === undefined) return undefined;
  const { rows } = await pool.query(
    `select s.claim, s.policy, s."policyVersion", s.rule, coalesce(d.step, 'proposed') as step, coalesce(d.why, '') as why
     from disposition_batches b, jsonb_to_recordset(b.studies) as s (claim text, policy text, "policyVersion" text, rule text)
       left join disposals d on d.batch = $1 and d.claim = s.claim
     where b.batch = $1 order by s.claim`,
    [batch],
  );
  return { batch: found.rows[0], studies: rows };
}

/** The certificate of a batch, once there is one. */
export async function readCertificate(
  pool: Pool,
  hospital: string,
  batch: string,
): Promise<Readonly<{ document: string; pdf: Buffer }> | undefined> {
  const { rows } = await pool.query(
    'select document, pdf from disposition_certificates where hospital = $1 and batch = $2',
    [hospital, batch],
  );
  return rows[0];
}
