import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { image, noteOn, uidsOf } from '../rejection/rejecting-archive.js';
import { archiveCore } from '../support/archive-core.js';

const run = promisify(execFile);

let folder: string;
let archive: Awaited<ReturnType<typeof archiveCore>>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-notes-'));
  archive = await archiveCore();
});
afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true });
});

/** Errors that dciodvfy finds; it exits with 1 when there are any. */
async function errorsOf(path: string): Promise<readonly string[]> {
  const { stderr } = await run('dciodvfy', [path]).catch(
    (error: Error & { stderr?: string; code?: unknown }) => {
      if (typeof error.code !== 'number' || error.stderr === undefined) throw error;
      return { stderr: error.stderr };
    },
  );
  return stderr.split('\n').filter((line) => line.startsWith('Error'));
}

const CODES = [
  ['113001', 'Rejected for Quality Reasons'],
  ['113037', 'Rejected for Patient Safety Reasons'],
  ['113038', 'Incorrect Modality Worklist Entry'],
  ['113039', 'Data Retention Policy Expired'],
] as const;

test.each(CODES)('dciodvfy finds no fault with the notes of our tests: %s', async (code) => {
  const path = join(folder, `ours-${code}.dcm`);
  await writeFile(path, noteOn(1, code, [[1, 1]]));
  expect(await errorsOf(path)).toEqual([]);
});

test.each(CODES)('a note that pydicom has made hides what it names: %s', async (code, meaning) => {
  const study = Number(code);
  const [picture, path] = [join(folder, `${code}.dcm`), join(folder, `note-${code}.dcm`)];
  await writeFile(picture, image(study, 1, 1));
  const script = join(import.meta.dirname, 'make_note.py');
  await run('/usr/bin/python3', [script, picture, path, code, meaning]);
  expect(await errorsOf(path)).toEqual([]);
  const job = await archive.send([image(study, 1, 1), image(study, 1, 2), await readFile(path)]);
  await archive.work();
  const told = await archive.receipt(job);
  expect(told?.map(({ outcome }) => outcome)).toEqual(['stored', 'stored', 'stored']);
  const uids = uidsOf(study, 1, 2);
  const view = await archive.ingest.findable.series(
    archive.ingest.ids.series('HOSP-A', uids.study, uids.series),
  );
  expect(view?.ordered.map(({ instance }) => instance)).toEqual([uids.instance]);
});
