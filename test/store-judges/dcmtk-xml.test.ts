import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import type { DicomJson, JsonElement, JsonValue } from '#dicom/dicom-json';
import { readDicomXml } from '#dicomweb/read-dicom-xml';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { report } from '../support/judges/report.js';
import { readBuffer } from './rewritten.js';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 1024 * 1024 * 1024;
const BINARY = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'];

/** The native model as dcm2xml writes it; undefined where it gives up. */
async function xmlOf(path: string): Promise<string | undefined> {
  try {
    const options = { maxBuffer: OUTPUT_BYTES_MAX };
    const { stdout } = await run('dcm2xml', ['-q', '-nat', '+U8', '-M', path], options);
    return stdout;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') throw error;
    return undefined;
  }
}

/** What can be compared: text and numbers outside private attributes, without how they were spelled. */
const comparable = (dataSet: DicomJson): object =>
  Object.fromEntries(
    Object.entries(dataSet)
      .filter(([tag, element]) => isCompared(tag, element))
      .map(([tag, { vr, Value = [] }]) => [
        tag,
        [vr, Value.map((value) => plain(vr, value)).filter((value) => !isNothing(value))],
      ]),
  );

const isCompared = (tag: string, { vr, BulkDataURI }: JsonElement): boolean =>
  !BINARY.includes(vr) &&
  BulkDataURI === undefined &&
  tag !== '00080005' &&
  !tag.startsWith('0002') &&
  Number.parseInt(tag.slice(0, 4), 16) % 2 === 0;

const plain = (vr: string, value: JsonValue): unknown => {
  if (vr === 'SQ') return comparable(value as DicomJson);
  if (['DS', 'IS', 'FL', 'FD'].includes(vr)) return Number.parseFloat(String(value)).toPrecision(5);
  if (vr === 'PN') return names(value);
  return typeof value === 'string' ? value.replace(/\r\n?/g, '\n').trim() : value;
};

/** XML has no place for empty components at the end of a name. */
const names = (value: JsonValue): object =>
  Object.entries(value ?? {})
    .map(([group, name]) => [group, String(name).replace(/\^+$/, '')])
    .filter(([, name]) => name !== '');

const isNothing = (value: unknown) => Array.isArray(value) && value.length === 0;

/** A file that has an attribute twice; attributes out of order, which DCMTK leaves out; names and a CS that DCMTK writes otherwise. */
const KNOWN: readonly string[] = [
  'dcm4che/MR-JPEGLosslessSV1.dcm repeated-attribute',
  'dicom/3.dcm 00400250',
  'dicom/3.dcm 00400251',
  'fo-dicom/GH1301.dcm 00100010',
  'fo-dicom/GH1301.dcm 00100040',
  'pydicom/chrX1.dcm 00100010',
  'pydicom/chrX2.dcm 00100010',
];

/** Of these DCMTK writes only what stands before their first attribute out of order. */
const ENDED_EARLY = ['pydicom/rtdose_rle.dcm', 'pydicom/rtdose_rle_1frame.dcm'];
const isJudged = (file: string) => !file.startsWith('broken/') && !ENDED_EARLY.includes(file);

test('what DCMTK writes as XML reads as the file does', async () => {
  const differing: string[] = [];
  let compared = 0;
  for (const file of sampleFiles().filter(isJudged)) {
    const path = join(SAMPLES, file);
    const xml = await xmlOf(path);
    const read = await readBuffer(readFileSync(path));
    if (xml === undefined || !read.ok) continue;
    const parsed = readDicomXml(xml);
    compared += 1;
    if (!parsed.ok) {
      differing.push(`${file} ${parsed.reason}`);
      continue;
    }
    const theirs = comparable(parsed.dataSet) as Record<string, unknown>;
    const ours = comparable(read.header.dataSet) as Record<string, unknown>;
    for (const tag of Object.keys(ours))
      if (JSON.stringify(ours[tag]) !== JSON.stringify(theirs[tag]))
        differing.push(`${file} ${tag}`);
  }
  report('dcm2xml', { 'files compared': compared });
  expect(differing).toEqual(KNOWN);
  expect(compared).toBeGreaterThan(400);
});
