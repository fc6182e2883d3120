import { createWriteStream, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ENCODED_SYNTAXES, encodedForm } from '#dicom/encoded-form';
import { transcode } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { DECODERS, dataSetJudge, decodedBy, errorsOf } from './judge.js';
import { areEqual, fileOf, type Image, imageOf, nativeFrames } from './pixels.js';

const FILES = '../shared/dicom';
const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, HTJ2KLossless, JPEG2000Lossless } =
  TransferSyntaxUid;
const TARGETS = [...ENCODED_SYNTAXES, DeflatedExplicitVRLittleEndian];
const AT_ONCE = 2;

/** What became of one file in one target. */
type Outcome = Readonly<{ name: string; target: string; verdict: string }>;

let folder: string;
const outcomes: Outcome[] = [];
const dataSets: (readonly [string, string, unknown])[] = [];
const newErrors: (readonly [string, string, readonly string[]])[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'transcoding-'));
  const rows = readFileSync(join(FILES, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1);
  const names = rows.map((row) => row.split('\t')[0] ?? '').values();
  const judge = dataSetJudge();
  const work = async () => {
    for (const name of names) await judgeFile(name, judge);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  judge.end();
});

afterAll(() => rmSync(folder, { recursive: true }));

async function judgeFile(name: string, judge: ReturnType<typeof dataSetJudge>): Promise<void> {
  const original = join(FILES, name);
  const bytes = readFileSync(original);
  const plain = join(folder, `${name.replaceAll('/', '-')}.plain`);
  if (!(await written(bytes, ExplicitVRLittleEndian, plain))) return;
  const image = await imageOf(readFileSync(plain));
  const truth = image && (await nativeFrames(image));
  if (image === undefined || typeof truth === 'string' || truth === undefined) return;
  const known = await errorsOf(plain);
  for (const target of TARGETS) {
    const path = `${plain}.${target}`;
    const isOffered = await written(bytes, target, path);
    const verdict = isOffered
      ? await verdictOn({ target, path, image, truth })
      : notOffered(target, image);
    outcomes.push({ name, target, verdict });
    if (!isOffered) continue;
    const { fault, syntax, meta, differences } = await judge.compare(original, path);
    dataSets.push([name, target, { fault, syntax, meta, differences }]);
    const errors = [...(await errorsOf(path))].filter((error) => !known.has(error));
    newErrors.push([name, target, errors]);
    rmSync(path);
  }
  rmSync(plain);
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

/** Which tools decode the very pixels that went in; the first one that gives others is named. */
async function verdictOn({ target, path, image, truth }: Judged): Promise<string> {
  const { description } = image;
  const equal: string[] = [];
  for (const decoder of DECODERS.get(target) ?? []) {
    const decoded = await decodedBy(decoder, path);
    const theirs = decoded && (await imageOf(decoded));
    const frames = theirs && (await nativeFrames(theirs));
    if (frames === undefined || typeof frames === 'string') continue;
    if (!areEqual(description, truth, frames)) return `differs for ${decoder[0]}`;
    equal.push(decoder[0] ?? '');
  }
  if (target === HTJ2KLossless) equal.push(...(await byOpenJpeg(path, description, truth)));
  return equal.length === 0 ? 'no judge' : `equal for ${equal.join(', ')}`;
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
  const bad = outcomes.filter(({ verdict }) => !/^(equal|not offered)/.test(verdict));
  expect(bad).toEqual([]);
  expect(outcomes.length).toBeGreaterThan(1000);
});

test('pydicom finds the rest of each data set as it was', () => {
  const differing = dataSets.filter(([, target, judged]) => {
    const { fault, syntax, differences } = judged as Record<string, unknown>;
    return fault !== undefined || syntax !== target || (differences as unknown[]).length > 0;
  });
  expect(differing).toEqual([]);
});

test('dciodvfy finds no errors that the uncompressed file does not have', () => {
  expect(newErrors.filter(([, , errors]) => errors.length > 0)).toEqual([]);
});
