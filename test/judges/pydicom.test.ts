import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frameIndexOf, frameRanges } from '#dicom/frame-index';
import type { Header } from '#dicom/read-header';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { differences, flatten } from '../support/judges/flat.js';
import { type Found, partByReason } from '../support/judges/known-differences.js';
import { digest, judgedDataSet, judgedFileMeta, readOurs } from '../support/judges/ours.js';
import { judgeByPydicom, type PydicomVerdict } from '../support/judges/pydicom.js';
import { report } from '../support/judges/report.js';

const files = sampleFiles();

const judged = async (
  judge: string,
  compare: (verdict: PydicomVerdict, file: string) => Promise<Found[] | undefined>,
) => {
  const found: Found[] = [];
  let compared = 0;
  let alike = 0;
  for await (const verdict of judgeByPydicom(SAMPLES, files)) {
    const differing = await compare(verdict, verdict.path);
    if (differing === undefined) continue;
    compared += 1;
    alike += differing.length === 0 ? 1 : 0;
    found.push(...differing);
  }
  const { unexplained, stale, explainedFiles } = partByReason(judge, found);
  report(judge, {
    'files compared': compared,
    'files alike': alike,
    'files with known differences': explainedFiles,
    'differences without a reason': unexplained.length,
  });
  return { compared, unexplained, stale };
};

test('every file reads as pydicom reads it, but for known differences', async () => {
  const { compared, unexplained, stale } = await judged('pydicom', async (verdict, file) => {
    const { result, bytes } = await readOurs(join(SAMPLES, file));
    if (!result.ok || verdict.failed !== undefined) {
      const ours = result.ok ? 'read' : `${result.error.reason} at ${result.error.offset}`;
      const theirs = verdict.failed ?? 'read';
      return result.ok === (verdict.failed === undefined) ||
        (!result.ok && verdict.failed !== undefined)
        ? []
        : [{ file, path: 'file', ours, theirs }];
    }
    const { header } = result;
    return [
      ...differences(flatten(judgedFileMeta(header)), flatten(verdict.meta), []),
      ...differences(flatten(judgedDataSet(header, bytes, 'file')), flatten(verdict.dataSet), []),
    ].map((one) => ({ file, ...one }));
  });
  expect(unexplained).toEqual([]);
  expect(stale).toEqual([]);
  expect(compared).toBe(files.length);
});

test('encapsulated pixel data falls into the frames that pydicom finds', async () => {
  const { compared, unexplained, stale } = await judged('pydicom-frames', async (verdict, file) => {
    if (verdict.failed !== undefined || verdict.frames === null) return undefined;
    const { result, bytes } = await readOurs(join(SAMPLES, file));
    if (!result.ok) return undefined;
    const ours = framesOf(result.header, bytes);
    const theirs = JSON.stringify(verdict.frames.failed ?? verdict.frames.frames);
    return ours === theirs ? [] : [{ file, path: 'frames', ours, theirs }];
  });
  expect(unexplained).toEqual([]);
  expect(stale).toEqual([]);
  expect(compared).toBeGreaterThan(100);
});

const framesOf = (header: Header, bytes: Buffer): string => {
  const index = frameIndexOf(header);
  if (!index.ok) return index.error;
  if (index.frameIndex.kind === 'native') return 'native';
  const frames = index.frameIndex.frames.map((_, i) =>
    (frameRanges(index.frameIndex, i) ?? []).map(([offset, length]) =>
      bytes.subarray(offset, offset + length),
    ),
  );
  return JSON.stringify(frames.map((ranges) => digest(Buffer.concat(ranges))));
};
