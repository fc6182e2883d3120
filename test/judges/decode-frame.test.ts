import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeFrame } from '#dicom/decode-frame';
import type { PixelDescription } from '#dicom/pixel-description';

const FILES = '../shared/dicom';
const NOT_EXPLICIT_LITTLE = /^1\.2\.840\.10008\.1\.2\.(2|5|8\.1|4\.\d+)$/;

/** One file as reference_frames.py laid it out: `frame-<n>` and `native-<n>` lie in `folder`. */
type Laid = Readonly<{
  name: string;
  folder: string;
  unreadable?: string;
  transferSyntax: string;
  description: PixelDescription;
  frames: number;
  judges: readonly Readonly<{ judge: string; description: PixelDescription }>[];
}>;

/** Files that pydicom can't cut into frames: two have no image, one breaks off within its Pixel Data. */
const WITHOUT_FRAMES = [
  'broken/pydicom/UN_sequence.dcm',
  'broken/pydicom/DICOMDIR-bigEnd',
  'broken/pydicom-data/emri_small_jpeg_2k_lossless_too_short.dcm',
];

/** DCMTK can only believe the data set (RGB) or libjpeg's guess; these streams are JFIF, or have subsampled chroma, so YCbCr. */
const SAYS_RGB_BUT_IS_YCBCR = [
  'dicom-test-files/SC_rgb_jpeg_lossy_gdcm.dcm',
  'dicom-server/layer1.dcm',
  'healthcare-dicom-dicomweb-adapter/example-mg.dcm',
  'healthcare-dicom-dicomweb-adapter/example.dcm',
  'healthcare-dicom-dicomweb-adapter/example2.dcm',
];

/** One-bit segmentations that no tool here unpacks; all are the same three frames as the native file. */
const ONE_BIT_TWIN = 'pydicom-data/liver.dcm';
const ONE_BIT = ['liver_deflate', 'liver_j2k', 'liver_rle'].map((it) => `pydicom-data/${it}.dcm`);

let folder: string;
let laid: Laid[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'judge-'));
  const rows = readFileSync(join(FILES, 'manifest.tsv'), 'utf8').trim().split('\n').slice(1);
  const names = rows
    .map((row) => row.split('\t'))
    .filter((row) => NOT_EXPLICIT_LITTLE.test(row[6] ?? ''))
    .map((row) => row[0] ?? '');
  laid = layOut(FILES, names, 'files');
}, 600_000);

afterAll(() => rmSync(folder, { recursive: true }));

function layOut(root: string, names: readonly string[], target: string): Laid[] {
  const output = execFileSync(
    '/usr/bin/python3',
    ['test/judges/reference_frames.py', root, join(folder, target)],
    { input: names.join('\n'), encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

test('every compressed or big endian file decodes to the very bytes that another tool gives', async () => {
  const verdicts = new Map<string, string[]>();
  for (const file of laid) {
    const verdict = await verdictOn(file);
    verdicts.set(verdict, [...(verdicts.get(verdict) ?? []), file.name]);
  }
  const rows = [...verdicts].map(([verdict, names]) => [verdict, names.length] as const);
  process.stdout.write(`${rows.map(([verdict, files]) => `${files}\t${verdict}`).join('\n')}\n`);
  for (const [verdict, names] of verdicts)
    expect([verdict, names]).toEqual([verdict, known(verdict, names)]);
}, 600_000);

/** Which of `names` may have this verdict. */
function known(verdict: string, names: readonly string[]): readonly string[] {
  if (verdict === 'no frames') return names.filter((name) => WITHOUT_FRAMES.includes(name));
  if (verdict === 'equal to dcmdjpeg +te +cg')
    return names.filter((name) => SAYS_RGB_BUT_IS_YCBCR.includes(name));
  if (verdict === 'equal to the native twin') return names.filter((name) => ONE_BIT.includes(name));
  if (verdict === 'no-codec') return names.filter((name) => isTwelveBit(name));
  return verdict.startsWith('equal') ? names : [];
}

const isTwelveBit = (name: string) => {
  const file = laid.find((it) => it.name === name);
  const isProgressive = /\.4\.55$/.test(file?.transferSyntax ?? '');
  return isProgressive && file?.description.bitsStored !== 8;
};

async function verdictOn(file: Laid): Promise<string> {
  if (file.unreadable !== undefined) return 'no frames';
  const frames: Uint8Array[] = [];
  for (let at = 0; at < file.frames; at++) {
    const bytes = readFileSync(join(file.folder, `frame-${at}`));
    const frame = await decodeFrame({ ...file, bytes });
    if (!frame.ok) return frame.reason;
    frames.push(frame.bytes);
  }
  const ours = Buffer.concat(frames);
  if (ONE_BIT.includes(file.name))
    return ours.equals(twin()) ? 'equal to the native twin' : 'not the native twin';
  const at = file.judges.findIndex((judge, index) => isSame(file, ours, { ...judge, index }));
  return at < 0 ? 'differs from all judges' : `equal to ${file.judges[at]?.judge}`;
}

function twin(): Buffer {
  const bytes = readFileSync(join(FILES, ONE_BIT_TWIN));
  const length = 3 * 512 * 64;
  return bytes.subarray(bytes.length - length);
}

type Judged = Readonly<{ description: PixelDescription; index: number }>;

/** Byte-equal, once the judge's planes are interleaved and, for signed samples, the bits above Bits Stored are left out: we repeat the sign there. */
function isSame(file: Laid, ours: Buffer, { description, index }: Judged): boolean {
  const path = join(file.folder, `native-${index}`);
  if (!existsSync(path)) return false;
  const theirs = byPixel(description, readFileSync(path).subarray(0, ours.length));
  if (ours.equals(theirs)) return true;
  const { bitsAllocated, bitsStored, pixelRepresentation } = file.description;
  if (pixelRepresentation !== 1 || bitsAllocated !== 16 || theirs.length !== ours.length)
    return false;
  const mask = 2 ** bitsStored - 1;
  for (let at = 0; at < ours.length; at += 2)
    if (((ours.readUInt16LE(at) ^ theirs.readUInt16LE(at)) & mask) !== 0) return false;
  return true;
}

function byPixel(it: PixelDescription, native: Buffer): Buffer {
  if (it.planarConfiguration !== 1 || it.samplesPerPixel !== 3) return native;
  const pixels = native.length / 3;
  return Buffer.from(native.map((_, at) => native[(at % 3) * pixels + Math.floor(at / 3)] ?? 0));
}

test('lossless JPEG with each predictor and a point transform decodes to what DCMTK decodes', async () => {
  const source = join(FILES, 'dicom-test-files/JPLL__CT1_JPLL');
  const native = join(folder, 'native.dcm');
  execFileSync('dcmdjpeg', ['+te', source, native]);
  const names = [1, 2, 3, 4, 5, 6, 7].flatMap((predictor) =>
    [0, 2].map((transform) => {
      const name = `p${predictor}t${transform}.dcm`;
      const choice = ['+el', '+sv', String(predictor), '+pt', String(transform)];
      execFileSync('dcmcjpeg', [...choice, native, join(folder, name)]);
      return name;
    }),
  );
  for (const file of layOut(folder, names, 'lossless'))
    expect([file.name, await verdictOn(file)]).toEqual([file.name, 'equal to dcmdjpeg +te']);
}, 120_000);
