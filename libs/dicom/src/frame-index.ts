import type { DicomJson } from './dicom-json.js';
import type { Fragments, PixelData } from './reading.js';
import { type PixelCoding, transferSyntaxOf } from './transfer-syntax.js';

/** Offset and length in bytes, counted as the header counts (in the inflated data set of a deflated file). */
export type FrameRange = readonly [offset: number, length: number];

/**
 * Where each frame lies. Native frames follow each other; `frameBits` is given where a frame doesn't end on a byte (bit-packed
 * pixels, PS3.5 §8.1.1): frame i then begins at bit i × frameBits of `offset`, lowest bit first. An encapsulated frame
 * is its fragments in turn; all of a video is one frame.
 */
export type FrameIndex =
  | Readonly<{
      kind: 'native';
      offset: number;
      frameBytes: number;
      frames: number;
      frameBits?: number;
    }>
  | Readonly<{ kind: 'encapsulated'; frames: readonly (readonly FrameRange[])[] }>;

/** Why frames can't be told apart; the instance can still be kept and retrieved whole. */
export type FrameIndexFailure =
  | 'no-pixel-data'
  | 'no-image-attributes'
  | 'pixel-data-too-short'
  | 'no-fragments'
  | 'frames-unmapped';

export type FrameIndexResult =
  | Readonly<{ ok: true; frameIndex: FrameIndex }>
  | Readonly<{ ok: false; error: FrameIndexFailure }>;

type Source = Readonly<{
  dataSet: DicomJson;
  transferSyntax: string;
  pixelData?: PixelData;
  offsetTable?: Readonly<{ offsets: Buffer; lengths: Buffer }>;
}>;

/** The frame index of a header that `readHeader` gave; pure, the fragments are already known. */
export const frameIndexOf = (header: Source): FrameIndexResult => {
  const { pixelData } = header;
  if (pixelData === undefined) return failed('no-pixel-data');
  const { fragments } = pixelData;
  if (fragments === undefined) return nativeIndex(header.dataSet, pixelData);
  if (fragments.heads.length === 0) return failed('no-fragments');
  const frames = encapsulatedFrames(header, fragments);
  return frames === undefined
    ? failed('frames-unmapped')
    : { ok: true, frameIndex: { kind: 'encapsulated', frames } };
};

/** Ranges to read, in order, for the frame with this index (from 0); undefined when there is none. */
export const frameRanges = (
  index: FrameIndex,
  frameIndex: number,
): readonly FrameRange[] | undefined => {
  if (!Number.isInteger(frameIndex) || frameIndex < 0) return undefined;
  if (index.kind === 'encapsulated') return index.frames[frameIndex];
  if (frameIndex >= index.frames) return undefined;
  if (index.frameBits === undefined)
    return [[index.offset + frameIndex * index.frameBytes, index.frameBytes]];
  const start = Math.floor((frameIndex * index.frameBits) / 8);
  const end = Math.ceil(((frameIndex + 1) * index.frameBits) / 8);
  return [[index.offset + start, end - start]];
};

const failed = (error: FrameIndexFailure): FrameIndexResult => ({ ok: false, error });

const nativeIndex = (dataSet: DicomJson, pixelData: PixelData): FrameIndexResult => {
  const frameBits = frameBitsOf(dataSet);
  if (frameBits === undefined) return failed('no-image-attributes');
  const frames = framesOf(dataSet);
  const frameBytes = Math.ceil(frameBits / 8);
  if (Math.ceil((frameBits * frames) / 8) > pixelData.length) return failed('pixel-data-too-short');
  const packed = frameBits % 8 === 0 ? {} : { frameBits };
  return {
    ok: true,
    frameIndex: { kind: 'native', offset: pixelData.start, frameBytes, frames, ...packed },
  };
};

const frameBitsOf = (dataSet: DicomJson): number | undefined => {
  const rows = numberIn(dataSet, '00280010');
  const columns = numberIn(dataSet, '00280011');
  const bits = numberIn(dataSet, '00280100');
  if (!rows || !columns || !bits) return undefined;
  return rows * columns * samplesPerPixel(dataSet) * bits;
};

/** Uncompressed 4:2:2 has two samples for each pixel although Samples per Pixel is 3 (PS3.3 §C.7.6.3.1.2). */
const samplesPerPixel = (dataSet: DicomJson): number => {
  const photometric = dataSet['00280004']?.Value?.[0];
  if (photometric === 'YBR_FULL_422' || photometric === 'YBR_PARTIAL_422') return 2;
  return numberIn(dataSet, '00280002') || 1;
};

const framesOf = (dataSet: DicomJson): number => {
  const frames = numberIn(dataSet, '00280008');
  return frames !== undefined && frames >= 1 ? Math.floor(frames) : 1;
};

const numberIn = (dataSet: DicomJson, tag: string): number | undefined => {
  const value = dataSet[tag]?.Value?.[0];
  return typeof value === 'number' ? value : undefined;
};

type Frames = readonly (readonly FrameRange[])[];

const encapsulatedFrames = (header: Source, fragments: Fragments): Frames | undefined => {
  const frames = framesOf(header.dataSet);
  const coding = transferSyntaxOf(header.transferSyntax)?.coding;
  if (frames === 1 || coding === 'video') return groups(fragments, [0]);
  return (
    byExtendedOffsets(header, fragments, frames) ??
    byOffsets(fragments, fragments.basicOffsets, frames) ??
    byCount(fragments, frames) ??
    byStartOfImage(fragments, coding, frames)
  );
};

/** PS3.3 §C.7.6.3.1.8: one fragment for each frame, its length without padding. */
const byExtendedOffsets = (
  { offsetTable }: Source,
  fragments: Fragments,
  frames: number,
): Frames | undefined => {
  if (offsetTable === undefined || offsetTable.lengths.length !== frames * 8) return undefined;
  const offsets = longs(offsetTable.offsets);
  const lengths = longs(offsetTable.lengths);
  const whole = byOffsets(fragments, offsets, frames);
  if (whole?.some((frame, i) => frame.length !== 1 || (frame[0]?.[1] ?? 0) < (lengths[i] ?? 0)))
    return whole;
  return whole?.map((frame, i) => [[frame[0]?.[0] ?? 0, lengths[i] ?? 0]]);
};

const longs = (bytes: Buffer): number[] => {
  const values: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8) values.push(Number(bytes.readBigUInt64LE(at)));
  return values;
};

const ITEM_HEADER_BYTES = 8;

/** Each offset has to name the item tag of a fragment; else the table is wrong and isn't used. */
const byOffsets = (
  fragments: Fragments,
  offsets: readonly number[],
  frames: number,
): Frames | undefined => {
  if (offsets.length !== frames || offsets[0] !== 0) return undefined;
  const starts: number[] = [];
  for (let i = 0; i < fragments.heads.length; i += 1) {
    const itemOffset = (fragments.places[2 * i] ?? 0) - ITEM_HEADER_BYTES - fragments.origin;
    if (itemOffset === offsets[starts.length]) starts.push(i);
  }
  return starts.length === frames ? groups(fragments, starts) : undefined;
};

const byCount = (fragments: Fragments, frames: number): Frames | undefined =>
  fragments.heads.length === frames ? groups(fragments, [...fragments.heads.keys()]) : undefined;

const START_OF_IMAGE: Readonly<Partial<Record<PixelCoding, (head: number) => boolean>>> = {
  jpeg: (head) => head >>> 16 === 0xffd8,
  'jpeg-ls': (head) => head >>> 16 === 0xffd8,
  'jpeg-2000': (head) => head === 0xff4fff51 || head === 0x0000000c,
  htj2k: (head) => head === 0xff4fff51 || head === 0x0000000c,
  'jpeg-xl': (head) => head >>> 16 === 0xff0a || head === 0x0000000c,
};

const byStartOfImage = (
  { heads, ...fragments }: Fragments,
  coding: PixelCoding | undefined,
  frames: number,
): Frames | undefined => {
  const starts = coding === undefined ? undefined : START_OF_IMAGE[coding];
  if (starts === undefined) return undefined;
  const firsts = [...heads.keys()].filter((i) => starts(heads[i] ?? 0));
  return firsts.length === frames && firsts[0] === 0
    ? groups({ ...fragments, heads }, firsts)
    : undefined;
};

/** Fragments from each of `firsts` up to the next. */
const groups = ({ places, heads }: Fragments, firsts: readonly number[]): Frames =>
  firsts.map((first, i) => {
    const ranges: FrameRange[] = [];
    for (let at = first; at < (firsts[i + 1] ?? heads.length); at += 1)
      ranges.push([places[2 * at] ?? 0, places[2 * at + 1] ?? 0]);
    return ranges;
  });
