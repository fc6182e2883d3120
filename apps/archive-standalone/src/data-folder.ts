import { access, constants, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorFault } from '#platform/operator-fault';

/** Where things lie in the data folder (design §6). */
export const postgresFolder = (dataFolder: string) => join(dataFolder, 'postgres');

/** Makes the data folder; refuses, in one line, one that can't be written. */
export async function prepareDataFolder(dataFolder: string): Promise<void> {
  try {
    await mkdir(dataFolder, { recursive: true, mode: 0o700 });
    await access(dataFolder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : 'unknown';
    throw new OperatorFault(`can't write to the data folder ${dataFolder} (${code})`, {
      cause: error,
    });
  }
}
