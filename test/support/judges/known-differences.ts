import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Difference } from './flat.js';

/** A line of known-differences.tsv: `path` is a path of attributes, `*` at its end for all that begin so, or `file`. */
type Known = Readonly<{ judge: string; file: string; path: string; reason: string }>;

/** A difference in one file; the path `file` stands for the file as a whole. */
export type Found = Difference & Readonly<{ file: string }>;

/** Parts what was found by whether known-differences.tsv has a reason for it; `stale` lines explain nothing any more. */
export const partByReason = (judge: string, found: readonly Found[]) => {
  const known = readKnown().filter((line) => line.judge === judge);
  const explains = (line: Known, { file, path }: Found) =>
    line.file === file &&
    (line.path.endsWith('*') ? path.startsWith(line.path.slice(0, -1)) : line.path === path);
  return {
    unexplained: found.filter((one) => !known.some((line) => explains(line, one))),
    stale: known.filter((line) => !found.some((one) => explains(line, one))),
    explainedFiles: new Set(known.map(({ file }) => file)).size,
  };
};

const readKnown = (): Known[] =>
  readFileSync(join(import.meta.dirname, 'known-differences.tsv'), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => {
      const [judge = '', file = '', path = '', reason = ''] = line.split('\t');
      if (reason === '') throw new Error(`known-differences.tsv: no reason in: ${line}`);
      return { judge, file, path, reason };
    });
