import { decodeFrame, type EncodedFrame } from './decode-frame.js';
import type { Encoding } from './element.js';
import { inflatedFile } from './inflated-file.js';
import { HEADER_LIMITS, type HeaderLimits } from './limits.js';
import { FRAME_BYTES_MAX } from './pixel-description.js';
import { type ReadFailure, ReadStopped } from './read-error.js';
import { type Header, readHeader } from './read-header.js';
import { explicitDataSet } from './transcode/data-set.js';
import { rewriteFileMeta } from './transcode/file-meta.js';
import { OUTPUT_BYTES } from './transcode/output.js';
import {
  type PixelSite,
  type PixelSiteFailure,
  type PixelSites,
  pixelSitesOf,
  readEncodedFrame,
} from './transcode/pixel-site.js';
import { type Level, newWalk, TranscodeFailed } from './transcode/walk.js';
import type { ReadableFile } from './window.js';

/** Decodes one frame; `reason` is passed on. The api gives its conversion pool, so that no pixels are decoded on its event loop. */
export type FrameDecoder = (
  frame: EncodedFrame,
  signal?: AbortSignal,
) => Promise<Readonly<{ ok: true; bytes: Uint8Array }> | Readonly<{ ok: false; reason: string }>>;

export type TranscodeOptions = Readonly<{
  decode?: FrameDecoder;
  limits?: Partial<HeaderLimits>;
  frameBytesMax?: number;
  /** Handed to the decoder. */
  signal?: AbortSignal;
}>;

/**
 * `chunks` can be read once; whoever stops early must `return` it, as `for await` and `pipeline` do. It throws TranscodeFailed
 * where a later frame or the bytes behind the header turn out to be broken. `reason` is a code, free of anything the file says.
 */
export type Transcoded =
  | Readonly<{ ok: true; chunks: AsyncGenerator<Uint8Array, void> }>
  | Readonly<{ ok: false; reason: ReadFailure | PixelSiteFailure | (string & {}) }>;

/** Implicit VR Little Endian, but pixels big endian: a vendor's, never seen any more. */
const GE_PRIVATE = '1.2.840.113619.5.2';
const META_BYTES_MAX = 1024 * 1024;

/**
 * A stored Part 10 file of any readable transfer syntax as one in Explicit VR Little Endian with an equal data set (PS3.5 §A.2,
 * PS3.10 §7.1): a first passage reads the header, so that what can't be converted is known before the first byte; the
 * first frame is decoded then, too. A second one writes in pieces: memory holds a piece, or one frame where frames are decoded.
 */
export async function transcodeToExplicitLittleEndian(
  file: ReadableFile,
  options: TranscodeOptions = {},
): Promise<Transcoded> {
  const read = await readHeader(file, options.limits);
  if (!read.ok) return { ok: false, reason: read.error.reason };
  const { header } = read;
  if (header.transferSyntax === GE_PRIVATE) return { ok: false, reason: 'unsupported' };
  if (header.dataSetStart > META_BYTES_MAX) return { ok: false, reason: 'header-too-long' };
  const sites = header.deflated ? NO_SITES : await pixelSitesOf(file, header);
  if (!sites.ok) return sites;
  const source: Source = { file, header, sites: sites.value, options, firsts: new Map() };
  for (const site of sites.value.values()) {
    const first = await decodeAt(source, site, 0);
    if (!first.ok) return first;
    source.firsts.set(site, first.bytes);
  }
  return { ok: true, chunks: chunksOf(source) };
}

/** The reason of an error that `chunks` threw because the file is broken; undefined for any other error. */
export const transcodeFailure = (error: unknown): string | undefined =>
  error instanceof TranscodeFailed ? error.reason : undefined;

const NO_SITES = { ok: true, value: new Map() } as const;

type Source = Readonly<{
  file: ReadableFile;
  header: Header;
  sites: PixelSites;
  options: TranscodeOptions;
  /** Frames that were decoded beforehand; let go when they are given out. */
  firsts: Map<PixelSite, Uint8Array>;
}>;

async function* chunksOf(source: Source): AsyncGenerator<Uint8Array, void> {
  const { file, header, sites } = source;
  const before = Buffer.from(await file.read(0, header.dataSetStart));
  yield rewriteFileMeta(before, header.hasPreamble, header.dataSet);
  if (header.deflated) yield* inflated(source);
  else if (isExplicitLittle(header) && sites.size === 0) yield* asItIs(file, header.dataSetStart);
  else {
    const walk = newWalk(file, rootOf(header, file.length), sites, header.dataSetStart);
    yield* explicitDataSet(walk, (site) => nativeFrames(source, site));
  }
}

const isExplicitLittle = ({ explicit, bigEndian }: Encoding) => explicit && !bigEndian;

const rootOf = ({ explicit, bigEndian, dataSet }: Header, end: number): Level => ({
  isSequence: false,
  end,
  delimited: false,
  encoding: { explicit, bigEndian },
  dataSet,
  items: [],
  opened: 0,
});

async function* asItIs(file: ReadableFile, start: number): AsyncGenerator<Uint8Array> {
  for (let at = start; at < file.length; ) {
    const bytes = await file.read(at, Math.min(file.length, at + OUTPUT_BYTES));
    if (bytes.length === 0) throw new TranscodeFailed('truncated', at);
    yield bytes;
    at += bytes.length;
  }
}

/** A deflated data set is already in Explicit VR Little Endian (PS3.5 §A.5). */
async function* inflated({ file, header, options }: Source): AsyncGenerator<Uint8Array> {
  const bytesMax = options.limits?.inflatedBytesMax ?? HEADER_LIMITS.inflatedBytesMax;
  const source = inflatedFile(file, header.dataSetStart, bytesMax);
  try {
    for (let at = 0; at < source.length; ) {
      const bytes = await source.read(at, at + OUTPUT_BYTES);
      if (bytes.length === 0) return;
      yield bytes;
      at += bytes.length;
    }
  } catch (error) {
    if (!(error instanceof ReadStopped)) throw error;
    throw new TranscodeFailed(error.error.reason, error.error.offset);
  } finally {
    source.close();
  }
}

async function* nativeFrames(source: Source, site: PixelSite): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < site.frames.length; at++) {
    const first = at === 0 ? source.firsts.get(site) : undefined;
    source.firsts.delete(site);
    const frame =
      first === undefined
        ? await decodeAt(source, site, at)
        : ({ ok: true, bytes: first } as const);
    if (!frame.ok) throw new TranscodeFailed(frame.reason, site.frames[at]?.[0]?.[0] ?? 0);
    yield frame.bytes;
  }
}

async function decodeAt({ file, header, options }: Source, site: PixelSite, at: number) {
  const ranges = site.frames[at] ?? [];
  const frameBytesMax = options.frameBytesMax ?? FRAME_BYTES_MAX;
  const encodedBytes = ranges.reduce((sum, [, length]) => sum + length, 0);
  if (Math.max(encodedBytes, site.frameBytes) > frameBytesMax)
    return { ok: false, reason: 'too-large' } as const;
  const bytes = await readEncodedFrame(file, ranges);
  const { transferSyntax } = header;
  const { description } = site;
  const decode = options.decode ?? decodeFrame;
  return decode({ transferSyntax, description, bytes, frameBytesMax }, options.signal);
}
