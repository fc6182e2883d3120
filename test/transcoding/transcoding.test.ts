import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENCODED_SYNTAXES, encodedForm } from '#dicom/encoded-form';
import { transcode } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import {
  type DataSetVerdict,
  DECODERS,
  dataSetJudge,
  decodedBy,
  errorsOf,
  framesByPillow,
} from './judge.js';
import { areEqual, fileOf, type Image, imageOf, nativeFrames, withFullChroma } from './pixels.js';

const FILES = '../shared/dicom';
const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, HTJ2KLossless, JPEG2000Lossless } =
  TransferSyntaxUid;
const TARGETS = [...ENCODED_SYNTAXES, DeflatedExplicitVRLittleEndian];
const AT_ONCE = 2;
/** Each file is judged in every fifth target, the next file in others; `TRANSCODING_TARGETS=all` judges each in all of them, in five minutes. */
const STRIDE = process.env['TRANSCODING_TARGETS'] === 'all' ? 1 : 5;

/** GDCM 3.0 unpacks colour of 16 bits wrongly from RLE, and cuts what lies above Bits Stored; DCMTK does neither. */
const WRONG_IN_GDCM = [
  'pydicom/SC_rgb_rle_16bit.dcm',
  'pydicom-data/SC_rgb_16bit.dcm',
  'pydicom-data/SC_rgb_expb_16bit.dcm',
  'dcm_qa_12bit/12bitUnsigned.dcm',
];

/** dciodvfy knows no HTJ2K and can't inflate. */
const UNKNOWN_TO_DCIODVFY: readonly string[] = [HTJ2KLossless, DeflatedExplicitVRLittleEndian];

/** Ultrasound with half chroma: its IOD has no lossless form that agrees with PS3.5 §8.2 (YBR_FULL by plane, no YBR_FULL in JPEG-LS). */
const HALF_CHROMA = ['cornerstone3D/US-YBR_FULL_422-EVRLE.dcm', 'dcm4che/YBR_422.dcm'];

/** pydicom reads private values of VR UN as big endian; PS3.5 §6.2.2 says little endian. */
const UNKNOWN_IN_BIG_ENDIAN =
  'cornerstone3D/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm';

/** What became of one file in one target. */
type Outcome = Readonly<{ name: string; target: string; verdict: string }>;

let folder: string;
const outcomes: Outcome[] = [];
const dataSets: (readonly [string, string, DataSetVerdict])[] = [];
const newErrors: (readonly [string, string, readonly string[]])[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transcoding-'));
  const rows = readFileSync(join(FILES, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1);
  const names = rows.map((row) => row.split('\t')[0] ?? '').entries();
  const judge = dataSetJudge();
  const work = async () => {
    for (const [at, name] of names) await judgeFile(name, targetsOf(at), judge);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  judge.end();
});

afterAll(() => rmSync(folder, { recursive: true }));

const targetsOf = (file: number): readonly string[] =>
  TARGETS.filter((_, at) => (at + file) % STRIDE === 0);

async function judgeFile(
  name: string,
  targets: readonly string[],
  judge: ReturnType<typeof dataSetJudge>,
): Promise<void> {
  const bytes = readFileSync(join(FILES, name));
  const plain = join(folder, `${name.replaceAll('/', '-')}.plain`);
  if (!(await written(bytes, ExplicitVRLittleEndian, plain))) return;
  const image = await imageOf(readFileSync(plain));
  const truth = image && (await nativeFrames(image));
  if (image !== undefined && truth !== undefined && typeof truth !== 'string') {
    const known = await errorsOf(plain);
    await judgeTargets({ name, targets, bytes, plain, image, truth, known, judge });
  }
  rmSync(plain);
}

type Source = Readonly<{
  name: string;
  targets: readonly string[];
  bytes: Buffer;
  plain: string;
  image: Image;
  truth: readonly Buffer[];
  /** What dciodvfy holds against the uncompressed file. */
  known: ReadonlySet<string>;
  judge: ReturnType<typeof dataSetJudge>;
}>;

async function judgeTargets({ name, targets, bytes, plain, image, truth, known, judge }: Source) {
  for (const target of targets) {
    const path = `${plain}.${target}`;
    const isOffered = await written(bytes, target, path);
    const verdict = isOffered
      ? await verdictOn({ target, path, image, truth })
      : notOffered(target, image);
    outcomes.push({ name, target, verdict });
    if (!isOffered) continue;
    const { fault, syntax, differences } = await judge.compare(join(FILES, name), path);
    dataSets.push([name, target, { fault, syntax, differences }]);
    const errors = [...(await errorsOf(path))].filter((error) => !known.has(error));
    newErrors.push([name, target, errors]);
    rmSync(path);
  }
}

async function written(bytes: Buffer, target: string, path: string): Promise<boolean> {
  const result = await transcode(fileOf(bytes), target);
  if (!result.ok) return false;
  await pipeline(Readable.from(result.chunks), createWriteStream(path));
  return true;
}

const notOffered = (target: string, { description }: Image): string =>
  encodedForm(target, ExplicitVRLittleEndian, description) === undefined
    ? 'not offered'
    : 'refused';

type Judged = Readonly<{
  target: string;
  path: string;
  image: Image;
  truth: readonly Buffer[];
}>;

/** Which tools decode the very pixels that went in, and which others. */
async function verdictOn({ target, path, image, truth: native }: Judged): Promise<string> {
  const { description } = image;
  const isEncoded = target !== DeflatedExplicitVRLittleEndian;
  const truth = isEncoded ? withFullChroma(image, native) : native;
  const equal: string[] = [];
  const other: string[] = [];
  for (const decoder of DECODERS.get(target) ?? []) {
    const decoded = await decodedBy(decoder, path);
    const theirs = decoded && (await imageOf(decoded));
    const frames = theirs && (await nativeFrames(theirs));
    if (frames === undefined || typeof frames === 'string') continue;
    const verdicts = areEqual(description, truth, frames) ? equal : other;
    verdicts.push(decoder[0] ?? '');
  }
  if (target === HTJ2KLossless) equal.push(...(await byOpenJpeg(path, description, truth)));
  if (target === JPEG2000Lossless && equal.length + other.length === 0)
    equal.push(...(await byPillow(path, truth)));
  if (other.length > 0) return `equal for ${equal.join(', ')}, other for ${other.join(', ')}`;
  return equal.length === 0 ? 'no judge' : `equal for ${equal.join(', ')}`;
}

/** For SOP Classes that GDCM doesn't know. */
async function byPillow(path: string, truth: readonly Buffer[]): Promise<readonly string[]> {
  const frames = await framesByPillow(path);
  return frames?.equals(Buffer.concat(truth)) === true ? ['pillow'] : [];
}

/** The encoder is OpenJPH; OpenJPEG, written by others, reads HTJ2K codestreams too. */
async function byOpenJpeg(
  path: string,
  description: Image['description'],
  truth: readonly Buffer[],
) {
  const image = await imageOf(readFileSync(path));
  const frames = image && (await nativeFrames(image, JPEG2000Lossless));
  const isSame = Array.isArray(frames) && areEqual(description, truth, frames);
  return isSame ? ['openjpeg'] : [];
}

test('every image comes back bit by bit from every transfer syntax that it is offered in', () => {
  const table = new Map<string, number>();
  for (const { target, verdict } of outcomes) {
    const row = `${target}\t${verdict}`;
    table.set(row, (table.get(row) ?? 0) + 1);
  }
  const rows = [...table].sort().map(([row, files]) => `${files}\t${row}`);
  process.stdout.write(`${rows.join('\n')}\n`);
  const bad = outcomes.filter(({ name, verdict }) => !isFine(name, verdict));
  expect(bad).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(3000 / STRIDE);
});

function isFine(name: string, verdict: string): boolean {
  if (/^not offered$|^equal for [^ ]+(, [^ ]+)?$/.test(verdict)) return true;
  if (/^equal for dcm[^ ]+, other for gdcmconv$/.test(verdict)) return WRONG_IN_GDCM.includes(name);
  return name.startsWith('broken/') && (verdict === 'no judge' || verdict === 'refused');
}

test('pydicom finds the rest of each data set as it was', () => {
  const judged = dataSets.filter(
    ([name]) => !name.startsWith('broken/') && name !== UNKNOWN_IN_BIG_ENDIAN,
  );
  const differing = judged.filter(([, target, { fault, syntax, differences }]) => {
    const isEqual = syntax === target && differences?.length === 0;
    return fault !== undefined || !isEqual;
  });
  expect(differing).toEqual([]);
});

test('dciodvfy finds no errors that the uncompressed file does not have', () => {
  const judged = newErrors.filter(
    ([name, target]) => !UNKNOWN_TO_DCIODVFY.includes(target) && !HALF_CHROMA.includes(name),
  );
  expect(judged.filter(([, , errors]) => errors.length > 0)).toEqual([]);
});
