import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^keys-(\d{4}-\d{2}-\d{2})T(\d{2})-(\d{2})-(\d{2})Z\.backup$/;
const DAY_MS = 86_400_000;

/** Writes the backup under a name that says when; it appears whole or not at all. Resolves to its path. */
export async function writeBackup(
  folder: string,
  madeAt: Date,
  content: AsyncIterable<Buffer>,
): Promise<string> {
  const name = `keys-${madeAt.toISOString().slice(0, 19).replaceAll(':', '-')}Z.backup`;
  const path = join(folder, name);
  const partial = join(folder, `.${name}.partial`);
  const file = await open(partial, 'wx', 0o600);
  try {
    for await (const bytes of content) await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await rm(partial);
    throw error;
  } finally {
    await file.close();
  }
  await rename(partial, path);
  return path;
}

/** Deletes backups older than this, by the time in their names; resolves to how many. */
export async function deleteOld(folder: string, now: Date, keepDays: number): Promise<number> {
  const old = (await readdir(folder)).filter((name) => {
    const madeMs = madeMsOf(name);
    return madeMs !== undefined && now.getTime() - madeMs > keepDays * DAY_MS;
  });
  for (const name of old) await rm(join(folder, name));
  return old.length;
}

function madeMsOf(name: string): number | undefined {
  const [, day, hour, minute, second] = NAME.exec(name) ?? [];
  return day === undefined ? undefined : Date.parse(`${day}T${hour}:${minute}:${second}Z`);
}
