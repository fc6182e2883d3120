import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { JudgedDataSet } from './flat.js';

type Digest = Readonly<{ sha256: string; bytes: number }>;

/** What pydicom makes of a file; `frames` is null where pixel data isn't encapsulated. */
export type PydicomVerdict = Readonly<{
  path: string;
  failed?: string;
  meta: JudgedDataSet;
  dataSet: JudgedDataSet;
  frames: Readonly<{
    failed?: string;
    offsets: readonly number[];
    frames: readonly Digest[];
  }> | null;
}>;

const PYTHONS = ['python3', '/usr/bin/python3', '/usr/local/bin/python3'];

export const pythonWithPydicom = (): string => {
  const found = PYTHONS.find((python) => spawnSync(python, ['-c', 'import pydicom']).status === 0);
  if (found === undefined) throw new Error('no python3 here has pydicom (Debian: python3-pydicom)');
  return found;
};

/** One verdict for each of `files`, in their order. */
export async function* judgeByPydicom(
  folder: string,
  files: readonly string[],
): AsyncGenerator<PydicomVerdict> {
  const script = join(import.meta.dirname, 'pydicom_judge.py');
  const python = spawn(pythonWithPydicom(), [script], {
    cwd: folder,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  python.stdin.end(`${files.join('\n')}\n`);
  for await (const line of createInterface({ input: python.stdout }))
    yield JSON.parse(line) as PydicomVerdict;
}
