import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describeDisplay } from '#dicom/describe-display';
import type { Display } from '#dicom/display';
import { displayFrame } from '#dicom/display-frame';
import { frameIndexOf, frameRanges } from '#dicom/frame-index';
import { inflatedFile } from '#dicom/inflated-file';
import { pixelDescriptionOf } from '#dicom/pixel-description';
import { readHeader } from '#dicom/read-header';
import { littleEndian } from '#dicom/read-value';
import type { ReadableFile } from '#dicom/window';

/** A picture: one or three bytes a pixel. */
export type Picture = Readonly<{ bytes: Buffer; channels: number; display: Display }>;

const fileOf = (bytes: Buffer): ReadableFile => ({
  length: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

/** Frame `frameIndex` (from 0) of a file as we draw it, or why we don't. */
export async function drawn(path: string, frameIndex: number): Promise<Picture | string> {
  const file = fileOf(readFileSync(path));
  const read = await readHeader(file);
  if (!read.ok) return `unreadable: ${read.error.reason}`;
  const { header } = read;
  const index = frameIndexOf(header);
  if (!index.ok) return `no frames: ${index.error}`;
  const source = header.deflated ? inflatedFile(file, header.dataSetStart, 2 ** 30) : file;
  const ranges = frameRanges(index.frameIndex, frameIndex);
  if (ranges === undefined) return 'no such frame';
  const bytes = Buffer.concat(
    await Promise.all(ranges.map(async ([at, length]) => source.read(at, at + length))),
  );
  const { dataSet, transferSyntax, bulk, bigEndian } = header;
  const readBulk = async (bulkPath: string) => {
    const entry = bulk.find((each) => each.path === bulkPath);
    if (entry === undefined) return undefined;
    const value = Buffer.from(await source.read(entry.start, entry.start + entry.length));
    return littleEndian(entry.vr, value, bigEndian);
  };
  const display = await describeDisplay({ dataSet, frameIndex, readBulk });
  const description = pixelDescriptionOf(dataSet);
  const picture = await displayFrame({ transferSyntax, description, bytes, display });
  if (!picture.ok) return `not drawn: ${picture.reason}`;
  const channels = picture.photometricInterpretation === 'RGB' ? 3 : 1;
  return { bytes: Buffer.from(picture.bytes), channels, display };
}

/**
 * The same frame as DCMTK draws it, from the file or, where it can't read that, from what GDCM decompresses it to. What DCMTK
 * doesn't draw at all, as grey values in functional groups, is drawn by numpy.
 */
export function judged(path: string, frameIndex: number, display: Display, folder: string) {
  const raw = join(folder, 'raw.dcm');
  rmSync(raw, { force: true });
  const hasRaw = runs('gdcmconv', ['--raw', path, raw]) && existsSync(raw);
  const files = hasRaw ? [path, raw] : [path];
  for (const file of files) {
    const options = ['-O', '+op', '+F', String(frameIndex + 1), ...greyOptions(display)];
    const picture = pictureOf('dcmj2pnm', options, file, folder);
    if (picture !== undefined) return { judge: 'dcmj2pnm', ...picture };
  }
  for (const file of files) {
    const options = ['test/rendered/draw_by_numpy.py', file, String(frameIndex)];
    const picture = pictureOf('/usr/bin/python3', options, undefined, folder);
    if (picture !== undefined) return { judge: 'numpy', ...picture };
  }
  return undefined;
}

/** What DCMTK is told of the grey values: what we found in the data set, by its place there. */
function greyOptions(display: Display): string[] {
  if (display.kind !== 'grey') return [];
  switch (display.voi.kind) {
    case 'window':
      return ['+Wi', '1'];
    case 'table':
      return ['+Wl', '1'];
    case 'extremes':
      return ['+Wm'];
    case 'full':
      return ['+Wm'];
  }
}

function pictureOf(
  command: string,
  options: readonly string[],
  source: string | undefined,
  folder: string,
) {
  const target = join(folder, 'judged.pnm');
  rmSync(target, { force: true });
  const files = source === undefined ? [target] : [source, target];
  if (!runs(command, [...options, ...files]) || !existsSync(target)) return undefined;
  return pnm(readFileSync(target));
}

function runs(command: string, options: readonly string[]): boolean {
  try {
    execFileSync(command, options, { stdio: 'ignore', timeout: 60_000 });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw error;
    return false;
  }
}

/** Binary PGM (P5) or PPM (P6) of 8 bits. */
function pnm(file: Buffer): Readonly<{ bytes: Buffer; channels: number }> {
  const [head = '', kind = ''] =
    /^P([56])\s(?:#.*\s)*\d+\s\d+\s255\s/.exec(file.toString('latin1', 0, 200)) ?? [];
  if (head === '') throw new Error('the judge wrote no picture of 8 bits');
  return { bytes: file.subarray(head.length), channels: kind === '6' ? 3 : 1 };
}

/** The greatest difference between two pictures, or that they can't be compared. */
export function differenceOf(ours: Picture, theirs: Readonly<{ bytes: Buffer; channels: number }>) {
  const a = asColour(ours, theirs.channels);
  const b = asColour(theirs, ours.channels);
  if (a.length !== b.length) return `sizes ${a.length} and ${b.length}`;
  let greatest = 0;
  for (let at = 0; at < a.length; at++)
    greatest = Math.max(greatest, Math.abs((a[at] ?? 0) - (b[at] ?? 0)));
  return greatest;
}

const asColour = (
  { bytes, channels }: Readonly<{ bytes: Buffer; channels: number }>,
  other: number,
) =>
  channels === 1 && other === 3
    ? Buffer.from([...bytes].flatMap((grey) => [grey, grey, grey]))
    : bytes;
