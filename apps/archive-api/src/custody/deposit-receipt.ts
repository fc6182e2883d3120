import type { Pool } from 'pg';
import { canonicalJson, type Json } from '#evidence/canonical-json';
import type { SigningKey } from '#platform/signing-key';

/** Names the form of a receipt. */
export const RECEIPT_FORMAT = 'arkim deposit receipt 1';

/** A receipt as the sender gets it: `signature` is Ed25519 over the canonical JSON (RFC 8785) of `receipt`, in base64. */
export type DepositReceipt = Readonly<{
  receipt: Json;
  keyId: string;
  publicKey: string;
  signature: string;
}>;

type PartRow = Readonly<{ part: number; bytes?: number; sha256?: string }>;
type Outcome = Readonly<{ part: number; outcome: string; [name: string]: unknown }>;
type JobRow = Readonly<{
  accepted_at: Date;
  completed_at: Date | null;
  parts: string;
  receipt: string | null;
}>;

/**
 * What was received with a request, with digests and times, signed by the archive. Undefined when the hospital has no such request; null while it
 * isn't told yet what became of it.
 */
export async function depositReceipt(
  pool: Pool,
  signer: SigningKey,
  { hospital, job }: Readonly<{ hospital: string; job: string }>,
): Promise<DepositReceipt | null | undefined> {
  const { rows } = await pool.query<JobRow>({
    name: 'deposit-receipt',
    text: 'select accepted_at, completed_at, parts, receipt from ingest_jobs where id = $1 and hospital = $2',
    values: [job, hospital],
  });
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.completed_at === null || row.receipt === null) return null;
  const receipt = {
    format: RECEIPT_FORMAT,
    ...{ hospital, job },
    receivedAt: row.accepted_at.toISOString(),
    decidedAt: row.completed_at.toISOString(),
    parts: partsOf(row.parts, row.receipt),
  };
  const { keyId } = signer;
  const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const signature = signer.sign(Buffer.from(canonicalJson(receipt))).toString('base64');
  return { receipt, keyId, publicKey, signature };
}

/** What was received of each part, beside what became of it. */
function partsOf(parts: string, receipt: string): Json {
  const received = new Map((JSON.parse(parts) as PartRow[]).map((one) => [one.part, one]));
  const { outcomes } = JSON.parse(receipt) as { outcomes: readonly Outcome[] };
  return [...outcomes]
    .sort((a, b) => a.part - b.part)
    .map(({ part, outcome, sopClass, study, series, instance, reason }): Json => {
      const { bytes, sha256 } = received.get(part) ?? {};
      const named = { bytes, sha256, sopClass, study, series, instance, reason };
      const stated = Object.entries(named).filter(([, value]) => value !== undefined);
      return { part, outcome, ...(Object.fromEntries(stated) as Record<string, Json>) };
    });
}
