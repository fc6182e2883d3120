import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { differenceOf, drawn, judged } from './judged-pictures.js';
import { KNOWN_DIFFERENCES, WITHOUT_CODEC, WITHOUT_JUDGE } from './known-differences.js';

const FILES = '../shared/dicom';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rendered-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Files of the manifest, and how many frames each has. */
const namesAndFrames = (): readonly (readonly [string, number])[] =>
  readFileSync(join(FILES, 'manifest.tsv'), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((row) => row.split('\t'))
    .map((row) => [row[0] ?? '', Math.max(1, Number(row[9]) || 1)] as const);

async function verdictOn(name: string, frameIndex: number): Promise<string> {
  const path = join(FILES, name);
  const ours = await drawn(path, frameIndex);
  if (typeof ours === 'string') return ours;
  const theirs = judged(path, frameIndex, ours.display, folder);
  if (theirs === undefined) return 'no judge draws it';
  const difference = differenceOf(ours, theirs);
  if (typeof difference === 'string') return `differs: ${difference}`;
  if (difference === 0) return `equal to ${theirs.judge}`;
  if (difference === 1) return `within 1 of ${theirs.judge}`;
  const known = KNOWN_DIFFERENCES.find(({ files }) => files.includes(name));
  return known === undefined ? `differs by ${difference}` : known.reason;
}

/** Verdicts that need no reason: there is nothing to draw, or what lies there is broken and said so. */
const WITHOUT_PICTURE = /^(equal|within 1|no frames|unreadable|not drawn: bad-description)/;

/** Which of `names` may have this verdict. */
function allowed(verdict: string, names: readonly string[]): readonly string[] {
  const known = KNOWN_DIFFERENCES.find(({ reason }) => reason === verdict)?.files;
  if (known !== undefined) return names.filter((name) => known.includes(name));
  if (verdict === 'no judge draws it') return names.filter((name) => WITHOUT_JUDGE.includes(name));
  if (verdict === 'not drawn: no-codec')
    return names.filter((name) => WITHOUT_CODEC.includes(name));
  return WITHOUT_PICTURE.test(verdict) ? names : [];
}

test('every picture is the one that DCMTK or numpy draws, within one level', async () => {
  const verdicts = new Map<string, string[]>();
  for (const [name, frames] of namesAndFrames()) {
    const verdict = await verdictOn(name, Math.floor(frames / 2));
    verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), name]);
  }
  const rows = [...verdicts].sort((a, b) => b[1].length - a[1].length);
  const table = rows.map(([verdict, names]) => `${names.length}\t${verdict}`);
  process.stdout.write(`${table.join('\n')}\n`);
  for (const [verdict, names] of verdicts)
    expect([verdict, names]).toEqual([verdict, allowed(verdict, names)]);
  const judgedFiles = rows.flatMap(([verdict, names]) =>
    /^(equal|within)/.test(verdict) ? names : [],
  );
  expect(judgedFiles.length).toBeGreaterThan(400);
}, 590_000);
