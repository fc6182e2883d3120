import { ObjectRefused, type PutRefusal } from '../object-store.js';

const REFUSALS: Readonly<Record<string, PutRefusal>> = {
  ENOSPC: 'no-space',
  EDQUOT: 'no-space',
  EFBIG: 'no-space',
  EACCES: 'not-permitted',
  EPERM: 'not-permitted',
  EROFS: 'not-permitted',
};

/** The work of the operating system for a put: what the disk refuses rejects with ObjectRefused, all else as it is. */
export async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const refusal = REFUSALS[errorCode(error) ?? ''];
    throw refusal ? new ObjectRefused(refusal, { cause: error }) : error;
  }
}

/** The `errno` name of a system error (`ENOENT`), undefined for any other. */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
