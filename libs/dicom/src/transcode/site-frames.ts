import type { FrameConversion } from '../convert-frame.js';
import type { ReadableFile } from '../window.js';
import { type PixelSite, readStoredFrame } from './pixel-site.js';
import { TranscodeFailed } from './walk.js';

/** A frame in its new form, or a code for why there is none. */
export type Converted =
  | Readonly<{ ok: true; bytes: Uint8Array }>
  | Readonly<{ ok: false; reason: string }>;

/** Where frames are read from, and how they are converted. */
export type FrameSource = Readonly<{
  data: ReadableFile;
  convert: (frame: FrameConversion) => Promise<Converted>;
  frameBytesMax: number;
}>;

/** Frames that are converted at the same time, unless they are large. */
const AHEAD = 2;
const AHEAD_BYTES_MAX = 8 * 1024 * 1024;

/** Converts the frame with this index (from 0); waiting for the result is the caller's. */
export async function startFrame(
  source: FrameSource,
  site: PixelSite,
  at: number,
): Promise<Readonly<{ result: Promise<Converted> }>> {
  const ranges = site.frames[at] ?? [];
  const { frameBytesMax } = source;
  const storedBytes = ranges.reduce((sum, [, length]) => sum + length, 0);
  if (Math.max(storedBytes, site.frameBytes) > frameBytesMax)
    return { result: Promise.resolve({ ok: false, reason: 'too-large' }) };
  const bytes = await readStoredFrame(source.data, ranges);
  const { transferSyntax, description, target } = site;
  const frame = { transferSyntax, description, bytes, frameBytesMax };
  const result = source.convert(target === undefined ? frame : { ...frame, target });
  result.catch(() => undefined);
  return { result };
}

/** All frames of the site in turn, `first` if it is there already; throws TranscodeFailed at one that can't be converted. */
export async function* siteFrames(
  source: FrameSource,
  site: PixelSite,
  first: Uint8Array | undefined,
): AsyncGenerator<Uint8Array> {
  const ahead = site.frameBytes > AHEAD_BYTES_MAX ? 1 : AHEAD;
  const underWay: Promise<Converted>[] = [];
  if (first !== undefined) yield first;
  for (let at = first === undefined ? 0 : 1; at < site.frames.length; at++) {
    underWay.push((await startFrame(source, site, at)).result);
    if (underWay.length >= ahead) yield await bytesOf(underWay.shift(), site);
  }
  while (underWay.length > 0) yield await bytesOf(underWay.shift(), site);
}

async function bytesOf(result: Promise<Converted> | undefined, site: PixelSite) {
  const frame = await result;
  if (frame?.ok === true) return frame.bytes;
  throw new TranscodeFailed(frame?.reason ?? 'no-frame', site.frames[0]?.[0]?.[0] ?? 0);
}
