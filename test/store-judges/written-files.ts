import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dicomJsonText } from '#dicom/dicom-json';
import { sampleFiles } from '../support/judges/files.js';
import { rewrite } from './rewritten.js';

/** A sample, what our writer made of it, and the JSON that it was made of; both lie in a temporary folder. */
export type WrittenFile = Readonly<{ file: string; written: string; json: string }>;

/** Writes every sample that can be written (without the broken ones) into a folder, which `remove` takes away. */
export async function writeSamples() {
  const folder = mkdtempSync(join(tmpdir(), 'arkim-store-judges-'));
  const files: WrittenFile[] = [];
  for (const file of sampleFiles().filter((name) => !name.startsWith('broken/'))) {
    const rewritten = await rewrite(file);
    if (rewritten === undefined || 'refused' in rewritten) continue;
    const written = join(folder, `${files.length}.dcm`);
    const json = join(folder, `${files.length}.json`);
    writeFileSync(written, rewritten.written);
    writeFileSync(json, dicomJsonText(rewritten.header.dataSet));
    files.push({ file, written, json });
  }
  return { folder, files, remove: () => rmSync(folder, { recursive: true }) };
}
