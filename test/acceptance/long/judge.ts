import { execFileSync } from 'node:child_process';
import { PYTHON } from './real-files.js';

/** Two files to compare; `decoded`: pixels and what decoding changes are left out. */
export type Pair = Readonly<{ name: string; original: string; ours: string; decoded: boolean }>;

/** What pydicom says of a pair, and DCMTK of what it can convert itself (null where it can't). */
export type Verdict = Readonly<{
  name: string;
  fault?: string;
  syntax?: string;
  meta?: readonly string[];
  differences?: readonly string[];
  dcmtk?: readonly string[] | null;
}>;

/** One verdict for each pair, in their order. */
export function judge(pairs: readonly Pair[]): readonly Verdict[] {
  if (pairs.length === 0) return [];
  const output = execFileSync(PYTHON, ['test/judges/compare_data_sets.py'], {
    input: pairs.map((pair) => JSON.stringify(pair)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Verdict);
}
