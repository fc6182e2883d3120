import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeFrame } from '#dicom/decode-frame';
import { frameIndexOf, frameRanges } from '#dicom/frame-index';
import { pixelDescriptionOf } from '#dicom/pixel-description';
import { type Header, readHeader } from '#dicom/read-header';
import { transcodeToExplicitLittleEndian } from '#dicom/transcode';

const FILES = '../shared/dicom';
const EXPLICIT = '1.2.840.10008.1.2.1';
const CONVERTED = /^1\.2\.840\.10008\.1\.2(\.2|\.1\.99)?$/;
const ENCAPSULATED = /^1\.2\.840\.10008\.1\.2\.(5|8\.1|4\.\d+)$/;

/** What the judges said of one file; `dcmtk` is null where DCMTK can't convert the file at all. */
type Verdict = Readonly<{
  name: string;
  fault?: string;
  syntax?: string;
  meta?: readonly string[];
  differences?: readonly string[];
  dcmtk?: readonly string[] | null;
}>;

/** Media directories: pydicom checks their byte offsets, which PS3.10 §8.6 binds to one encoding. They are no instances. */
const DIRECTORIES = ['broken/pydicom/DICOMDIR-bigEnd', 'broken/pydicom/DICOMDIR-implicit'];

/** pydicom reads private values of VR UN as big endian; PS3.5 §6.2.2 says little endian, and so does DCMTK, and only so are they plausible. */
const UNKNOWN_IN_BIG_ENDIAN = [
  'cornerstone3D/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm',
];

/** pydicom gives up on the missing end of this Pixel Data, whose ten frames are all there. */
const WITHOUT_END = ['broken/pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm'];

let folder: string;
let rows: string[][];
const paths = new Map<string, string>();
const refusals = new Map<string, string>();
let verdicts: Verdict[];

const fileOf = (path: string) => {
  const bytes = readFileSync(path);
  const read = async (start: number, end: number) => bytes.subarray(start, end);
  return { length: bytes.length, read };
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transcode-'));
  const manifest = readFileSync(join(FILES, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1);
  rows = manifest.map((row) => row.split('\t'));
  for (const [name = ''] of rows) await transcode(name);
  const lines = rows
    .filter(([name = '']) => paths.has(name))
    .map(([name = '', , , , , , syntax = '']) => ({
      name,
      original: join(FILES, name),
      ours: paths.get(name),
      decoded: ENCAPSULATED.test(syntax),
    }));
  const output = execFileSync('/usr/bin/python3', ['test/judges/compare_data_sets.py'], {
    input: lines.map((line) => JSON.stringify(line)).join('\n'),
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  verdicts = output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true }));

async function transcode(name: string): Promise<void> {
  const transcoded = await transcodeToExplicitLittleEndian(fileOf(join(FILES, name)));
  if (!transcoded.ok) {
    refusals.set(name, transcoded.reason);
    return;
  }
  const chunks: Uint8Array[] = [];
  for await (const chunk of transcoded.chunks) chunks.push(chunk);
  const path = join(folder, `${paths.size}.dcm`);
  writeFileSync(path, Buffer.concat(chunks));
  paths.set(name, path);
}

const syntaxOf = (name: string) => rows.find((row) => row[0] === name)?.[6] ?? '';

test('every sound file is converted, save those whose pixels have no codec', () => {
  const sound = [...refusals].filter(([name]) => !name.startsWith('broken/'));
  process.stdout.write(
    `${paths.size} converted, ${refusals.size} refused (${sound.length} sound)\n`,
  );
  for (const [name, reason] of sound) {
    expect([name, reason]).toEqual([name, 'no-codec']);
    expect(syntaxOf(name)).toMatch(/\.4\.55$/);
  }
});

test('every converted file is in Explicit VR Little Endian and keeps the rest of its file meta information', () => {
  for (const verdict of verdicts.filter(({ fault }) => fault === undefined)) {
    expect([verdict.name, verdict.syntax]).toEqual([verdict.name, EXPLICIT]);
    const hasMeta = syntaxOf(verdict.name) !== '';
    if (hasMeta) expect([verdict.name, verdict.meta]).toEqual([verdict.name, []]);
  }
});

test('pydicom finds every data set equal to the one that was stored', () => {
  const excused = [...DIRECTORIES, ...UNKNOWN_IN_BIG_ENDIAN, ...WITHOUT_END];
  const judged = verdicts.filter(({ name }) => !excused.includes(name));
  const unreadable = judged.filter(({ fault }) => fault !== undefined);
  process.stdout.write(
    `pydicom: ${judged.length - unreadable.length} compared, ${unreadable.length} it can't read\n`,
  );
  for (const { name } of unreadable) expect(name).toMatch(/^broken\//);
  for (const { name, fault, differences } of judged)
    if (fault === undefined) expect([name, differences]).toEqual([name, []]);
});

test('DCMTK makes the same data set of every Implicit VR, Big Endian and deflated file', () => {
  const judged = verdicts.filter(
    ({ name, dcmtk }) => CONVERTED.test(syntaxOf(name)) && dcmtk !== undefined,
  );
  const convertible = judged.filter(({ dcmtk }) => dcmtk !== null);
  process.stdout.write(`dcmconv: ${convertible.length} of ${judged.length} compared\n`);
  for (const { name, dcmtk } of convertible) expect([name, dcmtk]).toEqual([name, []]);
  for (const { name } of judged.filter(({ dcmtk }) => dcmtk === null))
    expect(name).toMatch(/^broken\//);
});

test('encapsulated pixel data becomes the decoded frames, one after the other', async () => {
  const encapsulated = [...paths].filter(([name]) => ENCAPSULATED.test(syntaxOf(name)));
  for (const [name, path] of encapsulated) {
    const before = await headerOf(join(FILES, name));
    const after = await headerOf(path);
    if (before.pixelData === undefined) continue;
    const { start = 0, length = 0 } = after.pixelData ?? {};
    const native = readFileSync(path).subarray(start, start + length);
    const frames = Buffer.concat(await decodedFrames(join(FILES, name), before));
    expect([name, native.subarray(0, frames.length).equals(frames)]).toEqual([name, true]);
    expect(native.length - frames.length).toBe(frames.length % 2);
    expect(frameIndexOf(after).ok).toBe(true);
  }
}, 600_000);

async function headerOf(path: string): Promise<Header> {
  const read = await readHeader(fileOf(path));
  if (!read.ok) throw new Error(read.error.reason);
  return read.header;
}

async function decodedFrames(path: string, header: Header): Promise<Uint8Array[]> {
  const index = frameIndexOf(header);
  if (!index.ok) throw new Error(index.error);
  const bytes = readFileSync(path);
  const frames: Uint8Array[] = [];
  for (let at = 0; ; at++) {
    const ranges = frameRanges(index.frameIndex, at);
    if (ranges === undefined) return frames;
    const encoded = ranges.map(([offset, length]) => bytes.subarray(offset, offset + length));
    const frame = await decodeFrame({
      transferSyntax: header.transferSyntax,
      description: pixelDescriptionOf(header.dataSet),
      bytes: Buffer.concat(encoded),
    });
    if (!frame.ok) throw new Error(frame.reason);
    frames.push(frame.bytes);
  }
}
