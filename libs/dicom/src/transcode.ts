import { convertFrame, type FrameConversion } from './convert-frame.js';
import type { Encoding } from './element.js';
import { ENCODED_SYNTAXES } from './encoded-form.js';
import { inflatedFile } from './inflated-file.js';
import { HEADER_LIMITS, type HeaderLimits } from './limits.js';
import { FRAME_BYTES_MAX } from './pixel-description.js';
import { type ReadFailure, ReadStopped } from './read-error.js';
import { type Header, readHeader } from './read-header.js';
import { explicitDataSet } from './transcode/data-set.js';
import { deflated } from './transcode/deflated.js';
import { rewriteFileMeta } from './transcode/file-meta.js';
import { OUTPUT_BYTES } from './transcode/output.js';
import {
  type PixelSite,
  type PixelSiteFailure,
  type PixelSites,
  pixelSitesOf,
} from './transcode/pixel-site.js';
import { type FrameSource, siteFrames, startFrame } from './transcode/site-frames.js';
import { type Level, newWalk, TranscodeFailed } from './transcode/walk.js';
import { TransferSyntaxUid } from './transfer-syntax.js';
import type { ReadableFile } from './window.js';

/** Decodes one frame, or converts it to its `target`; `reason` is passed on. The api gives its conversion pool, so that no pixels are decoded on its event loop. */
export type FrameDecoder = (
  frame: FrameConversion,
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

const { ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian } = TransferSyntaxUid;

/** Implicit VR Little Endian, but pixels big endian: a vendor's, never seen any more. */
const GE_PRIVATE = '1.2.840.113619.5.2';
const META_BYTES_MAX = 1024 * 1024;

/** The same as `transcode` to Explicit VR Little Endian. */
export const transcodeToExplicitLittleEndian = (
  file: ReadableFile,
  options: TranscodeOptions = {},
): Promise<Transcoded> => transcode(file, ExplicitVRLittleEndian, options);

/**
 * A stored Part 10 file of any readable transfer syntax as one in `target` with an equal data set (PS3.5 §A.2, PS3.10
 * §7.1); targets are Explicit VR Little Endian, deflated or not, and those of `encodedForm`. A first passage reads the header,
 * so that what can't be converted is known before the first byte; the first frame is converted then, too. A second one
 * writes in pieces: memory holds a piece, or a few frames where frames are converted.
 */
export async function transcode(
  file: ReadableFile,
  target: string,
  options: TranscodeOptions = {},
): Promise<Transcoded> {
  if (!isTarget(target)) return { ok: false, reason: 'unsupported' };
  const read = await readHeader(file, options.limits);
  if (!read.ok) return { ok: false, reason: read.error.reason };
  const { header } = read;
  if (header.transferSyntax === GE_PRIVATE) return { ok: false, reason: 'unsupported' };
  if (header.dataSetStart > META_BYTES_MAX) return { ok: false, reason: 'header-too-long' };
  const sites = await pixelSitesOf(file, header, target);
  if (!sites.ok) return sites;
  const source: Source = { file, header, target, sites: sites.value, options, firsts: new Map() };
  const refusal = await convertFirsts(source);
  return refusal ?? { ok: true, chunks: chunksOf(source) };
}

const isTarget = (target: string): boolean =>
  [...ENCODED_SYNTAXES, ExplicitVRLittleEndian, DeflatedExplicitVRLittleEndian].includes(target);

/** The reason of an error that `chunks` threw because the file is broken; undefined for any other error. */
export const transcodeFailure = (error: unknown): string | undefined =>
  error instanceof TranscodeFailed ? error.reason : undefined;

type Source = Readonly<{
  file: ReadableFile;
  header: Header;
  target: string;
  sites: PixelSites;
  options: TranscodeOptions;
  /** Frames that were converted beforehand; let go when they are given out. */
  firsts: Map<PixelSite, Uint8Array>;
}>;

async function convertFirsts(source: Source) {
  const { data, close } = dataOf(source);
  try {
    for (const site of source.sites.values()) {
      const first = await (await startFrame(framesOf(source, data), site, 0)).result;
      if (!first.ok) return first;
      source.firsts.set(site, first.bytes);
    }
    return undefined;
  } catch (error) {
    if (error instanceof ReadStopped) return { ok: false, reason: error.error.reason } as const;
    throw error;
  } finally {
    close();
  }
}

async function* chunksOf(source: Source): AsyncGenerator<Uint8Array, void> {
  const { file, header, target } = source;
  const before = Buffer.from(await file.read(0, header.dataSetStart));
  yield rewriteFileMeta(before, header, target);
  const isDeflated = target === DeflatedExplicitVRLittleEndian;
  yield* isDeflated ? deflated(dataSetOf(source)) : dataSetOf(source);
}

async function* dataSetOf(source: Source): AsyncGenerator<Uint8Array, void> {
  const { header, sites } = source;
  const { data, start, close } = dataOf(source);
  try {
    if (isExplicitLittle(header) && sites.size === 0) yield* asItIs(data, start);
    else {
      const walk = newWalk(data, rootOf(header, data.length), sites, start);
      yield* explicitDataSet(walk, (site) =>
        siteFrames(framesOf(source, data), site, takeFirst(source, site)),
      );
    }
  } catch (error) {
    if (!(error instanceof ReadStopped)) throw error;
    throw new TranscodeFailed(error.error.reason, error.error.offset);
  } finally {
    close();
  }
}

function framesOf({ options }: Source, data: ReadableFile): FrameSource {
  const { decode = convertFrame, frameBytesMax = FRAME_BYTES_MAX, signal } = options;
  return { data, frameBytesMax, convert: (frame) => decode(frame, signal) };
}

function takeFirst({ firsts }: Source, site: PixelSite): Uint8Array | undefined {
  const first = firsts.get(site);
  firsts.delete(site);
  return first;
}

/** The bytes that the header's offsets count in, and where the data set begins in them; deflated ones can be read forwards alone (PS3.5 §A.5). */
function dataOf({ file, header, options }: Source) {
  if (!header.deflated)
    return { data: file, start: header.dataSetStart, close: () => undefined } as const;
  const bytesMax = options.limits?.inflatedBytesMax ?? HEADER_LIMITS.inflatedBytesMax;
  const data = inflatedFile(file, header.dataSetStart, bytesMax);
  return { data, start: 0, close: data.close } as const;
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
    if (bytes.length === 0 && at < file.length) throw new TranscodeFailed('truncated', at);
    yield bytes;
    at += bytes.length;
  }
}
