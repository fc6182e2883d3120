import { join } from 'node:path';
import { expect, test } from 'vitest';
import {
  DCMTK_CONVENTIONS,
  type DcmtkVerdict,
  judgeByDcmtk,
  structuralDifferences,
} from '../support/judges/dcmtk.js';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { type Difference, differences, type Flat, flatten } from '../support/judges/flat.js';
import { type Found, partByReason } from '../support/judges/known-differences.js';
import { judgedDataSet, readOurs } from '../support/judges/ours.js';
import { report } from '../support/judges/report.js';

test('every file reads as DCMTK reads it, but for known differences', async () => {
  const files = sampleFiles();
  const found: Found[] = [];
  const counts = { alike: 0, json: 0, dump: 0, failed: 0 };
  for (const file of files) {
    const verdict = await judgeByDcmtk(join(SAMPLES, file));
    const differing = await compare(verdict, file);
    counts[verdict.kind] += 1;
    counts.alike += differing.length === 0 ? 1 : 0;
    found.push(...differing);
  }
  const { unexplained, stale, explainedFiles } = partByReason('dcmtk', found);
  report('DCMTK', {
    'files compared': files.length,
    'of them by dcm2json': counts.json,
    'of them by dcmdump, tags and VRs only': counts.dump,
    'of them unreadable to DCMTK': counts.failed,
    'files alike': counts.alike,
    'files with known differences': explainedFiles,
    'differences without a reason': unexplained.length,
  });
  expect(unexplained).toEqual([]);
  expect(stale).toEqual([]);
});

const compare = async (verdict: DcmtkVerdict, file: string): Promise<Found[]> => {
  const { result, bytes } = await readOurs(join(SAMPLES, file));
  if (!result.ok || verdict.kind === 'failed') {
    const ours = result.ok ? 'read' : result.error.reason;
    const theirs = verdict.kind === 'failed' ? 'failed' : 'read';
    return result.ok === (theirs === 'read') ? [] : [{ file, path: 'file', ours, theirs }];
  }
  const ours = flatten(judgedDataSet(result.header, bytes, 'little'));
  return differing(ours, verdict).map((one) => ({ file, ...one }));
};

const differing = (
  ours: Flat,
  verdict: Exclude<DcmtkVerdict, Readonly<{ kind: 'failed' }>>,
): Difference[] => {
  if (verdict.kind === 'dump') return structuralDifferences(ours, verdict.structure);
  const all = differences(ours, flatten(verdict.dataSet), DCMTK_CONVENTIONS);
  return verdict.withoutPixels ? all.filter(({ path }) => !/^(7FE0|FFFC)/.test(path)) : all;
};
