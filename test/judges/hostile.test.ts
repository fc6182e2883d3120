import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { frameIndexOf } from '#dicom/frame-index';
import { readHeader } from '#dicom/read-header';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { report } from '../support/judges/report.js';

const files = sampleFiles();

const read = (bytes: Buffer) =>
  readHeader({ length: bytes.length, read: async (start, end) => bytes.subarray(start, end) });

test('every file, broken ones too, gives a header or an error with a place in the file', async () => {
  const refused: string[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(SAMPLES, file));
    const result = await read(bytes);
    if (result.ok) frameIndexOf(result.header);
    else {
      expect(result.error.offset).toBeLessThanOrEqual(bytes.length);
      refused.push(`        ${result.error.reason} at ${result.error.offset}: ${file}`);
    }
  }
  report(
    'reading',
    { files: files.length, read: files.length - refused.length, refused: refused.length },
    refused,
  );
  expect(refused.filter((line) => !line.includes(': broken/'))).toEqual([]);
});

const CUTS = 24;

test('every file that is cut short and not deflated gives a header or an error', async () => {
  for (const file of files) {
    const bytes = readFileSync(join(SAMPLES, file));
    const whole = await read(bytes);
    if (whole.ok && whole.header.deflated) continue;
    for (let cut = 1; cut <= CUTS; cut += 1) {
      const short = bytes.subarray(0, Math.floor((bytes.length * cut * cut) / (CUTS + 1) ** 2));
      const result = await read(short);
      if (!result.ok) expect(result.error.offset).toBeLessThanOrEqual(short.length);
    }
  }
});
