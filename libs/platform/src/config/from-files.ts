import { closeSync, openSync, readSync } from 'node:fs';
import { OperatorFault } from '../operator-fault.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Settings that hold a secret: each may stand in a file instead, which `<name>_FILE` names. */
export const SECRET_SETTINGS = [
  'ARKIM_POSTGRES_URL',
  'ARKIM_POSTGRES_URL_API',
  'ARKIM_POSTGRES_URL_INGEST',
  'ARKIM_POSTGRES_URL_RETENTION',
  'ARKIM_POSTGRES_REPLICA_URL',
  'ARKIM_S3_ACCESS_KEY',
  'ARKIM_S3_SECRET_KEY',
  'ARKIM_KURRENTDB_URL',
  'ARKIM_PROXY_SECRET',
  'ARKIM_PKCS11_PIN',
] as const;

const FILE_BYTES_MAX = 16 * 1024;

/** The environment with what secret files say in it: one line each, white space around it left out. Throws OperatorFault that names the setting, never what it holds. */
export function withSecretFiles(environment: Environment): Environment {
  const read = SECRET_SETTINGS.flatMap((name) => {
    const file = environment[`${name}_FILE`];
    if (!file) return [];
    if (environment[name]) throw new OperatorFault(`${name} and ${name}_FILE: set one of them`);
    return [[name, secretIn(file, name)] as const];
  });
  return read.length === 0 ? environment : { ...environment, ...Object.fromEntries(read) };
}

function secretIn(file: string, name: string): string {
  const text = textOf(file, name).trim();
  if (text === '') throw new OperatorFault(`${name}_FILE: the file is empty`);
  if (/[\r\n]/.test(text)) throw new OperatorFault(`${name}_FILE: the file has more than one line`);
  return text;
}

/* Never more than the bound, whatever lies there: it may be a device. */
function textOf(file: string, name: string): string {
  const buffer = Buffer.alloc(FILE_BYTES_MAX + 1);
  let bytes: number;
  try {
    const opened = openSync(file, 'r');
    try {
      bytes = readSync(opened, buffer, 0, buffer.length, 0);
    } finally {
      closeSync(opened);
    }
  } catch (cause) {
    throw new OperatorFault(`${name}_FILE: the file can't be read`, { cause });
  }
  if (bytes > FILE_BYTES_MAX)
    throw new OperatorFault(`${name}_FILE: the file is larger than ${FILE_BYTES_MAX} bytes`);
  return buffer.toString('utf8', 0, bytes);
}
