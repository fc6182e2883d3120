import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { processCommand } from '#platform/process-command';

/** What a running archive tells about itself in its data folder, for the next start: process numbers and its port. */
export type RunRecord = Readonly<{
  pid: number;
  port: number;
  state: 'running' | 'draining';
  children: readonly number[];
}>;

const FILE = 'run.json';

/** The record of the last run; undefined when that ended cleanly or its record is torn. */
export async function readRunRecord(dataFolder: string): Promise<RunRecord | undefined> {
  const text = await readFile(join(dataFolder, FILE), 'utf8').catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    },
  );
  return parseRecord(text);
}

/** Replaces the record as a whole. */
export async function writeRunRecord(dataFolder: string, record: RunRecord): Promise<void> {
  const fresh = join(dataFolder, `.${FILE}.${process.pid}`);
  await writeFile(fresh, JSON.stringify(record), { mode: 0o600 });
  await rename(fresh, join(dataFolder, FILE));
}

export async function removeRunRecord(dataFolder: string): Promise<void> {
  await rm(join(dataFolder, FILE), { force: true });
}

/** Whether the process of the record is still the archive's: the number alone may be another's by now. */
export const isOurs = (pid: number, program: string): boolean =>
  pid !== process.pid && (processCommand(pid)?.includes(`/apps/${program}`) ?? false);

function parseRecord(text: string): RunRecord | undefined {
  try {
    const record: unknown = JSON.parse(text);
    return isRecord(record) ? record : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== 'object' || value === null) return false;
  return (
    'pid' in value &&
    Number.isSafeInteger(value.pid) &&
    'children' in value &&
    Array.isArray(value.children) &&
    value.children.every(Number.isSafeInteger)
  );
}
