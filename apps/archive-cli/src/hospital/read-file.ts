import { open } from 'node:fs/promises';
import type { Pool } from 'pg';
import type { HospitalSettings } from '#archive/hospital-events';
import { readHospitalFile } from '#platform/hospital-file';
import { OperatorFault } from '#platform/operator-fault';

const FILE_BYTES_MAX = 1024 * 1024;

/** A hospital as its file describes it. */
export type DescribedHospital = Readonly<{
  hospital: string;
  name: string;
  settings: HospitalSettings;
}>;

/** Reads and checks a hospital's file; throws OperatorFault with one line that says what is wrong. */
export async function readDescribed(path: string): Promise<DescribedHospital> {
  const read = readHospitalFile(await textOf(path));
  if (typeof read === 'string') throw new OperatorFault(`${path}: ${read}`);
  const { hospital, name, ...settings } = read;
  return { hospital, name, settings };
}

/** One client id names one machine of one hospital; throws OperatorFault when another hospital has it. */
export async function refuseTakenClients(
  pool: Pool,
  { hospital, settings }: DescribedHospital,
): Promise<void> {
  const { rows } = await pool.query<{ id: string; hospital: string }>(
    `select c->>'id' as id, h.hospital from hospitals h, jsonb_array_elements(h.settings->'clients') c
     where h.hospital <> $1 and c->>'id' = any($2) limit 1`,
    [hospital, settings.clients.map(({ id }) => id)],
  );
  const [taken] = rows;
  if (taken) throw new OperatorFault(`the client ${taken.id} is one of ${taken.hospital}`);
}

async function textOf(path: string): Promise<string> {
  const file = await open(path).catch((cause: NodeJS.ErrnoException) => {
    throw new OperatorFault(`${path} can't be read: ${cause.code}`, { cause });
  });
  try {
    const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    if (bytesRead > FILE_BYTES_MAX)
      throw new OperatorFault(`${path} is larger than ${FILE_BYTES_MAX} bytes`);
    return buffer.toString('utf8', 0, bytesRead);
  } finally {
    await file.close();
  }
}
