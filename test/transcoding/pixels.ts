import { convertFrame } from '#dicom/convert-frame';
import { type FrameIndex, frameIndexOf, frameRanges } from '#dicom/frame-index';
import { fullChroma } from '#dicom/pixel/full-chroma';
import { isSubsampled, type PixelDescription, pixelDescriptionOf } from '#dicom/pixel-description';
import { type Header, readHeader } from '#dicom/read-header';

/** A file's image: its frames as they are stored, and how they are described. */
export type Image = Readonly<{
  description: PixelDescription;
  transferSyntax: string;
  frames: readonly Buffer[];
}>;

export const fileOf = (bytes: Buffer) => ({
  length: bytes.length,
  read: async (start: number, end: number) => bytes.subarray(start, end),
});

/** Undefined for what has no frames that can be told apart; no deflated files. */
export async function imageOf(bytes: Buffer): Promise<Image | undefined> {
  const read = await readHeader(fileOf(bytes));
  if (!read.ok) return undefined;
  const { header } = read;
  const index = frameIndexOf(header);
  if (!index.ok || header.deflated) return undefined;
  const description = pixelDescriptionOf(header.dataSet);
  const frames = [...framesIn(bytes, index.frameIndex)];
  return { description, transferSyntax: syntaxOf(header, index.frameIndex), frames };
}

const syntaxOf = ({ transferSyntax }: Header, { kind }: FrameIndex) =>
  kind === 'native' ? '1.2.840.10008.1.2.1' : transferSyntax;

function* framesIn(bytes: Buffer, index: FrameIndex): Generator<Buffer> {
  for (let at = 0; ; at++) {
    const ranges = frameRanges(index, at);
    if (ranges === undefined) return;
    yield Buffer.concat(ranges.map(([start, length]) => bytes.subarray(start, start + length)));
  }
}

/** The native frames, by pixel; `transferSyntax` may name another decoder than the file does. */
export async function nativeFrames(
  image: Image,
  transferSyntax = image.transferSyntax,
): Promise<readonly Buffer[] | string> {
  const frames: Buffer[] = [];
  for (const bytes of image.frames) {
    const frame = await convertFrame({ transferSyntax, description: image.description, bytes });
    if (!frame.ok) return frame.reason;
    frames.push(Buffer.from(frame.bytes));
  }
  return frames;
}

/** Frames with half chroma as they are once they were encoded (PS3.5 §8.2 has no lossless form for half chroma); others as they are. */
export const withFullChroma = ({ description }: Image, frames: readonly Buffer[]) =>
  isSubsampled(description)
    ? frames.map((frame) => Buffer.from(fullChroma(description, frame) ?? []))
    : frames;

/** Whether all frames are equal bit by bit; of signed cells only Bits Stored count, since tools repeat the sign above them or don't. */
export function areEqual(
  { bitsAllocated, bitsStored, pixelRepresentation }: PixelDescription,
  ours: readonly Buffer[],
  theirs: readonly Buffer[],
): boolean {
  if (ours.length !== theirs.length) return false;
  if (ours.every((frame, at) => frame.equals(theirs[at] ?? Buffer.alloc(0)))) return true;
  if (pixelRepresentation !== 1 || bitsAllocated !== 16) return false;
  const mask = 2 ** bitsStored - 1;
  return ours.every((frame, at) => {
    const other = theirs[at];
    if (other?.length !== frame.length) return false;
    for (let byte = 0; byte < frame.length; byte += 2)
      if (((frame.readUInt16LE(byte) ^ other.readUInt16LE(byte)) & mask) !== 0) return false;
    return true;
  });
}
