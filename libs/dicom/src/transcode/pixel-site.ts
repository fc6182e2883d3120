import { decodedPhotometric } from '../decode-frame.js';
import type { DicomJson } from '../dicom-json.js';
import { EXPLICIT_LITTLE_ENDIAN, readElementHeader, UNDEFINED_LENGTH } from '../element.js';
import { ENCODED_SYNTAXES, encodedForm } from '../encoded-form.js';
import {
  type FrameIndex,
  type FrameIndexFailure,
  type FrameRange,
  frameIndexOf,
} from '../frame-index.js';
import {
  isPixelDescription,
  nativeFrameBytes,
  type PixelDescription,
  pixelDescriptionOf,
} from '../pixel-description.js';
import type { Header } from '../read-header.js';
import type { Bulk } from '../reading.js';
import { Tag, tagHex } from '../tag.js';
import { TransferSyntaxUid, transferSyntaxOf } from '../transfer-syntax.js';
import type { ReadableFile } from '../window.js';

/** Pixel Data of one data set, root or item, and what it becomes. */
export type PixelSite = Readonly<{
  /** What its frames are stored in, and what they are to be encoded in; without `target` they become native. */
  transferSyntax: string;
  target?: string;
  description: PixelDescription;
  photometricInterpretation: string;
  planarConfiguration: number;
  frames: readonly (readonly FrameRange[])[];
  /** Bytes of one native frame, and of all of them, without padding. */
  frameBytes: number;
  nativeBytes: number;
}>;

/** By the data set that holds them. */
export type PixelSites = ReadonlyMap<DicomJson, PixelSite>;

/** Why Pixel Data can't become native, or be encoded. */
export type PixelSiteFailure =
  | FrameIndexFailure
  | 'no-codec'
  | 'bad-description'
  | 'too-large'
  | 'unsupported';

type Result<T> =
  | Readonly<{ ok: true; value: T }>
  | Readonly<{ ok: false; reason: PixelSiteFailure }>;

const LENGTH_MAX = 0xfffffffe;
const ICONS_MAX = 64;
const ICON_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Finds what has to be converted for `target`: the root's Pixel Data, and that of icons where it is encapsulated, which
 * becomes native whatever the target is (PS3.5 §A.4 lets icons be either).
 */
export async function pixelSitesOf(
  file: ReadableFile,
  header: Header,
  target: string,
): Promise<Result<PixelSites>> {
  const sites = new Map<DicomJson, PixelSite>();
  const isEncoded = ENCODED_SYNTAXES.includes(target);
  if (isEncoded || header.pixelData?.fragments !== undefined) {
    const root = isEncoded ? encodedSite(header, target) : rootSite(header);
    if (!root.ok) return root;
    sites.set(header.dataSet, root.value);
  }
  const refusal = header.deflated ? undefined : await addIcons(sites, file, header);
  return refusal === undefined ? { ok: true, value: sites } : failed(refusal);
}

async function addIcons(
  sites: Map<DicomJson, PixelSite>,
  file: ReadableFile,
  header: Header,
): Promise<PixelSiteFailure | undefined> {
  const icons = header.bulk.filter(({ path }) => path.endsWith(`/${tagHex(Tag.PixelData)}`));
  if (icons.length > ICONS_MAX) return 'unsupported';
  for (const bulk of icons) {
    if (!(await isUndefinedLength(file, bulk.start))) continue;
    const dataSet = itemAt(header.dataSet, bulk.path);
    const icon = await iconSite(file, header, dataSet, bulk);
    if (!icon.ok) return icon.reason;
    sites.set(dataSet, icon.value);
  }
  return undefined;
}

const failed = (reason: PixelSiteFailure) => ({ ok: false, reason }) as const;

function rootSite(header: Header): Result<PixelSite> {
  const index = frameIndexOf(header);
  if (!index.ok) return failed(index.error);
  if (index.frameIndex.kind !== 'encapsulated') return failed('unsupported');
  return siteOf(header, header.dataSet, index.frameIndex.frames);
}

function encodedSite(header: Header, target: string): Result<PixelSite> {
  const index = frameIndexOf(header);
  if (!index.ok) return failed(index.error);
  const { frameIndex } = index;
  const description = pixelDescriptionOf(header.dataSet);
  const transferSyntax = syntaxOfFrames(header.transferSyntax, frameIndex);
  const form = encodedForm(target, transferSyntax, description);
  const isPacked = frameIndex.kind === 'native' && frameIndex.frameBits !== undefined;
  if (form === undefined || isPacked) return failed('unsupported');
  const { photometricInterpretation, planarConfiguration } = form;
  const frameBytes = nativeFrameBytes({ ...description, photometricInterpretation });
  const frames = frameIndex.kind === 'native' ? nativeRanges(frameIndex) : frameIndex.frames;
  const value = {
    ...{ transferSyntax, target, description, photometricInterpretation, planarConfiguration },
    ...{ frames, frameBytes, nativeBytes: frameBytes * frames.length },
  };
  return { ok: true, value };
}

/** Pixels that lie native in a file whose transfer syntax would have them encoded are taken for what they are. */
function syntaxOfFrames(declared: string, { kind }: FrameIndex): string {
  const isNative = kind === 'native' && transferSyntaxOf(declared)?.encapsulated === true;
  return isNative ? TransferSyntaxUid.ExplicitVRLittleEndian : declared;
}

const nativeRanges = ({ offset, frameBytes, frames }: FrameIndex & { kind: 'native' }) =>
  Array.from({ length: frames }, (_, at): FrameRange[] => [[offset + at * frameBytes, frameBytes]]);

async function iconSite(
  file: ReadableFile,
  header: Header,
  dataSet: DicomJson,
  { start, length }: Bulk,
): Promise<Result<PixelSite>> {
  if (length > ICON_BYTES_MAX) return failed('unsupported');
  const value = Buffer.from(await file.read(start, start + length));
  return siteOf(header, dataSet, [fragmentsIn(value, start)]);
}

function siteOf(
  header: Header,
  dataSet: DicomJson,
  frames: PixelSite['frames'],
): Result<PixelSite> {
  const syntax = transferSyntaxOf(header.transferSyntax);
  if (syntax === undefined) return failed('no-codec');
  const description = pixelDescriptionOf(dataSet);
  if (!isPixelDescription(description)) return failed('bad-description');
  const photometricInterpretation = decodedPhotometric(syntax, description);
  const decoded = { ...description, photometricInterpretation };
  const frameBytes = nativeFrameBytes(decoded);
  const isPacked = description.bitsAllocated === 1 && frames.length > 1;
  const pixels = description.rows * description.columns * description.samplesPerPixel;
  if (isPacked && pixels % 8 !== 0) return failed('unsupported');
  const nativeBytes = frameBytes * frames.length;
  if (nativeBytes > LENGTH_MAX) return failed('too-large');
  const { transferSyntax } = header;
  const value = {
    ...{ transferSyntax, description, photometricInterpretation, planarConfiguration: 0 },
    ...{ frames, frameBytes, nativeBytes },
  };
  return { ok: true, value };
}

/** Whether the length field that ends at `start` says that a delimiter ends the value. */
async function isUndefinedLength(file: ReadableFile, start: number): Promise<boolean> {
  const field = Buffer.from(await file.read(start - 4, start));
  return field.length === 4 && field.readUInt32LE() === UNDEFINED_LENGTH;
}

/** The item that holds the value with this bulk path (`54000100/0/54001010`). */
function itemAt(root: DicomJson, path: string): DicomJson {
  const steps = path.split('/').slice(0, -1);
  let dataSet = root;
  for (let at = 0; at < steps.length; at += 2) {
    const items = dataSet[steps[at] ?? '']?.Value;
    dataSet = (items?.[Number(steps[at + 1])] ?? {}) as DicomJson;
  }
  return dataSet;
}

/** The fragments of a value (PS3.5 §A.4) whose first byte is the file's `start`; the offset table is left out. */
function fragmentsIn(value: Buffer, start: number): FrameRange[] {
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  const ranges: FrameRange[] = [];
  let at = 0;
  for (;;) {
    const item = readElementHeader(view, at, EXPLICIT_LITTLE_ENDIAN);
    if (item?.tag !== Tag.Item || item.length === UNDEFINED_LENGTH) return ranges.slice(1);
    ranges.push([start + at + item.bytes, item.length]);
    at += item.bytes + item.length;
  }
}

/** The stored bytes of a frame, its fragments joined. */
export async function readStoredFrame(
  file: ReadableFile,
  ranges: readonly FrameRange[],
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for (const [offset, length] of ranges)
    for (let at = offset; at < offset + length; ) {
      const part = await file.read(at, offset + length);
      if (part.length === 0) break;
      parts.push(part);
      at += part.length;
    }
  const [only, ...more] = parts;
  return only !== undefined && more.length === 0 ? only : Buffer.concat(parts);
}
