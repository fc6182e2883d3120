import type { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { readCertificates } from '#evidence/check-time-stamp';
import { OperatorFault } from '#platform/operator-fault';

/** Certificates of a file in PEM; of none, none. */
export async function readTrusted(file: string | undefined): Promise<readonly X509Certificate[]> {
  if (file === undefined) return [];
  try {
    return readCertificates(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new OperatorFault(`${file} has no certificates in PEM that can be read`, { cause });
  }
}
