import { randomBytes, randomUUID } from 'node:crypto';
import { link, mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Makes the file (mode 0600) with random bytes, or with `content`, unless it's there: written beside, flushed, then
 * linked to its name, so that it appears whole or not at all and two makers agree on one.
 */
export async function createSecretFile(
  folder: string,
  name: string,
  content: number | string | Buffer,
): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = join(folder, `.${name}.${randomUUID()}`);
  const file = await open(fresh, 'wx', 0o600);
  try {
    await file.writeFile(typeof content === 'number' ? randomBytes(content) : content);
    await file.sync();
  } finally {
    await file.close();
  }
  await link(fresh, join(folder, name)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await rm(fresh);
  await syncFolder(folder);
}

/** Makes durable what was made in the folder, or taken out of it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
