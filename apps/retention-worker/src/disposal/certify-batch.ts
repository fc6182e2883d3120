import { createHash } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { batchStream } from '#archive/disposition-events';
import { uuid5 } from '#events/uuid5';
import { type Certificate, type CertifiedStudy, signCertificate } from './certificate.js';
import { certificatePdf } from './certificate-pdf.js';
import { type DisposalPorts, metadataOf } from './disposal-ports.js';

/**
 * Writes the certificate of the next batch with which all is done; false: there is none. It is signed once: of two workers one keeps its own, and whoever
 * comes after a crash makes it again, from the same rows.
 */
export async function certifyNext(ports: DisposalPorts): Promise<boolean> {
  const certificate = await nextCertificate(ports);
  if (certificate === undefined) return false;
  const signed = signCertificate(certificate, ports.signer);
  const pdf = await certificatePdf(signed);
  const client = await ports.pool.connect();
  try {
    await client.query('begin');
    const made = await insertCertificate(client, { ...signed, pdf });
    if (made) {
      const { batch, hospital } = certificate;
      await tellCertified(ports, client, {
        ...{ batch, hospital, document: signed.sha256, key: ports.signer.keyId },
        pdf: createHash('sha256').update(pdf).digest('hex'),
      });
    }
    /* What the proposal was computed from goes with the last of its studies. */
    await ports.within(client).destroyKey(batchStream(certificate.batch));
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
  return true;
}

const FINISHED = `from disposition_batches b
  where not exists (select from disposition_certificates c where c.batch = b.batch)
    and exists (select from disposals d where d.batch = b.batch and d.step = 'done')
    and not exists (select from jsonb_to_recordset(b.studies) as s (claim text)
      left join disposals d on d.batch = b.batch and d.claim = s.claim where d.step is null or d.step not in ('done', 'stopped'))`;

const nextCertificate = async ({
  pool,
  publicUrl,
  wallMs,
}: DisposalPorts): Promise<Certificate | undefined> => {
  const { rows } = await pool.query(
    `select b.batch, b.hospital, b.jurisdiction, b.proposed_by, b.proposed_at, b.approvals, b.grace_days, b.execute_after ${FINISHED}
     order by b.proposed_at limit 1`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  return {
    kind: 'disposition-certificate',
    version: 1,
    archive: publicUrl,
    ...{ batch: row.batch, hospital: row.hospital, jurisdiction: row.jurisdiction },
    proposedBy: row.proposed_by,
    proposedAt: row.proposed_at.toISOString(),
    approvals: row.approvals,
    graceDays: row.grace_days,
    executeAfter: row.execute_after.toISOString(),
    rejection: '113039',
    objectList: 'RFC 9162 tree over the SHA-256 of each object, in ascending order',
    studies: await studiesOf(pool, row.batch),
    issuedAt: new Date(wallMs()).toISOString(),
  };
};

const studiesOf = async (pool: Pool, batch: string): Promise<readonly CertifiedStudy[]> => {
  const { rows } = await pool.query('select * from disposals where batch = $1 order by claim', [
    batch,
  ]);
  return rows.map((row) => ({
    ...{ claim: row.claim, policy: row.policy, policyVersion: row.policy_version, rule: row.rule },
    outcome: row.step === 'done' ? 'disposed' : 'kept',
    why: row.why,
    disposedAt: row.executed_at?.toISOString() ?? '',
    removedAt: row.step === 'done' ? row.finished_at.toISOString() : '',
    ...{ objects: row.objects, bytes: Number(row.bytes), root: row.root },
  }));
};

type Written = Readonly<{ certificate: Certificate; document: string; pdf: Buffer }>;

const insertCertificate = async (
  client: PoolClient,
  { certificate, document, pdf }: Written,
): Promise<boolean> => {
  const { rowCount } = await client.query(
    `insert into disposition_certificates (batch, hospital, issued_at, document, pdf) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [certificate.batch, certificate.hospital, certificate.issuedAt, document, pdf],
  );
  return rowCount === 1;
};

type Told = Readonly<Record<'batch' | 'hospital' | 'document' | 'pdf' | 'key', string>>;

const tellCertified = async (
  { within }: DisposalPorts,
  client: PoolClient,
  data: Told,
): Promise<void> => {
  const { log } = within(client);
  const stream = batchStream(data.batch);
  const expected = (await log.versions([stream])).get(stream) ?? 0;
  const id = uuid5(data.batch, 'certified');
  const event = { id, type: 'DispositionCertified', schema: 1, data };
  const metadata = metadataOf(data.batch);
  const appended = await log.append([{ stream, expected, events: [event], metadata }]);
  if (!appended.ok) throw new Error('the stream of a batch got a new fact while it was certified');
};
