import { open } from 'node:fs/promises';
import type { Pool } from 'pg';
import type { HospitalSettings } from '#archive/hospital-events';
import { faultInCatalogues } from '#exams/local-codes';
import type { Config } from '#platform/config';
import { readHospitalFile } from '#platform/hospital-file';
import { OperatorFault } from '#platform/operator-fault';
import { readTerms } from '../read-terms.js';

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
  const fault = faultInCatalogues(settings.catalogues, await readTerms());
  if (fault !== undefined) throw new OperatorFault(`${path}: ${fault}`);
  return { hospital, name, settings };
}

/**
 * One client id names one machine of one hospital, and one issuer has the same keys everywhere: another's keys under its name would make
 * its people theirs. Throws OperatorFault when the settings or another hospital have either.
 */
export async function refuseTaken(
  pool: Pool,
  { hospital, settings }: DescribedHospital,
  { issuers, tokenIssuer }: Pick<Config, 'issuers' | 'tokenIssuer'>,
): Promise<void> {
  const configured = [tokenIssuer, ...issuers.map(({ issuer }) => issuer)];
  const own = settings.issuers.find(({ issuer }) => configured.includes(issuer));
  if (own) throw new OperatorFault(`the issuer ${own.issuer} is one of the archive's settings`);
  const { rows } = await pool.query<{ line: string }>(
    `select format('the client %s is one of %s', c->>'id', h.hospital) as line
       from hospitals h, jsonb_array_elements(h.settings->'clients') c
       where h.hospital <> $1 and c->>'id' = any($2)
     union all
     select format('the issuer %s has other keys at %s', i->>'issuer', h.hospital)
       from hospitals h, jsonb_array_elements(h.settings->'issuers') i, jsonb_array_elements($3::jsonb) given
       where h.hospital <> $1 and i->>'issuer' = given->>'issuer' and i->'keys' <> given->'keys'
     limit 1`,
    [hospital, settings.clients.map(({ id }) => id), JSON.stringify(settings.issuers)],
  );
  const [taken] = rows;
  if (taken) throw new OperatorFault(taken.line);
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
