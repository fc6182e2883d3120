import {
  ELEMENT_HEADER_BYTES_MAX,
  type ElementHeader,
  IMPLICIT_LITTLE_ENDIAN,
  UNDEFINED_LENGTH,
} from '../element.js';
import { Tag, tagHex } from '../tag.js';
import { traitsOf, type Vr } from '../vr.js';
import { holds } from '../window.js';
import { encapsulated } from './encapsulated.js';
import {
  hasRoom,
  OUTPUT_BYTES,
  paddingOf,
  SMALL_BYTES,
  swapWords,
  take,
  writeHeader,
  writeItem,
  writeValue,
} from './output.js';
import type { PixelSite } from './pixel-site.js';
import {
  bring,
  broken,
  close,
  headerAt,
  type Level,
  stepDelimiter,
  stepSequence,
  TranscodeFailed,
  type Walk,
} from './walk.js';

/** Gives the converted bytes of a site's Pixel Data, frame by frame. */
export type ConvertedFrames = (site: PixelSite) => AsyncIterable<Uint8Array>;

/**
 * The data set from the walk's place on in Explicit VR Little Endian. Sequences and items get undefined length, since their
 * new lengths aren't known yet; group lengths (retired, PS3.5 §7.2) are left out.
 */
export async function* explicitDataSet(
  walk: Walk,
  convertedFrames: ConvertedFrames,
): AsyncGenerator<Uint8Array> {
  for (let level = walk.levels.at(-1); level !== undefined; level = walk.levels.at(-1)) {
    if (!hasRoom(walk.output)) yield take(walk.output);
    await bring(walk, ELEMENT_HEADER_BYTES_MAX);
    const element = step(walk, level);
    if (element === undefined || copySmall(walk, level, element)) continue;
    yield* copyLarge(walk, level, { header: element, convertedFrames });
  }
  yield take(walk.output);
}

/** Takes what is no element: ends of levels, items, delimiters; gives the header of an element, before which it stays. */
function step(walk: Walk, level: Level): ElementHeader | undefined {
  if (walk.at >= level.end) {
    close(walk);
    return undefined;
  }
  const header = headerAt(walk, level.encoding);
  if (level.isSequence) stepSequence(walk, level, header);
  else if (header === undefined || isPadding(walk, header)) endOfBytes(walk);
  else if (header.tag >>> 16 !== 0xfffe) return header;
  else stepDelimiter(walk, level, header);
  return undefined;
}

const isPadding = (walk: Walk, header: ElementHeader) =>
  walk.levels.length === 1 && header.tag === 0 && header.length === 0;

/** The root data set may end where no element header follows, an item may not. */
function endOfBytes(walk: Walk): void {
  if (walk.levels.length === 1) close(walk);
  else broken(walk, 'truncated');
}

/** Deals with an element whose value is in memory or can be; false when it has to be copied in pieces or decoded. */
function copySmall(walk: Walk, level: Level, header: ElementHeader): boolean {
  const site = walk.sites.get(level.dataSet);
  const isGone = (header.tag & 0xffff) === 0 || (site !== undefined && isOffsetTable(header.tag));
  if (isGone && header.length !== UNDEFINED_LENGTH) {
    walk.at += header.bytes + header.length;
    return true;
  }
  if (isEncoded(site, header)) return false;
  if (isSequence(header)) {
    openSequence(walk, level, header);
    return true;
  }
  const { window, output } = walk;
  const start = walk.at + header.bytes;
  if (header.length > SMALL_BYTES || !holds(window, start, header.length)) return false;
  const value = window.bytes.subarray(start - window.start, start - window.start + header.length);
  const vr = vrOf(level, header);
  const instead = site && replaced(site, header.tag);
  const written = instead ?? value;
  writeHeader(output, header.tag, vr, written.length + (written.length % 2));
  writeValue(output, vr, written, instead === undefined ? wordBytesOf(level, vr) : 1);
  walk.at = start + header.length;
  notePixelData(walk, header);
  return true;
}

function notePixelData(walk: Walk, { tag }: ElementHeader): void {
  if (walk.levels.length === 1 && tag === Tag.PixelData) walk.isBehindPixelData = true;
}

const isOffsetTable = (tag: number) => tag >= Tag.ExtendedOffsetTable && tag <= 0x7fe00003;

/** Whether this is Pixel Data that is to be encoded, however it is stored. */
const isEncoded = (site: PixelSite | undefined, { tag }: ElementHeader): boolean =>
  site?.target !== undefined && tag === Tag.PixelData;

/** What a value of the data set around converted Pixel Data becomes, in little endian; undefined when it stays. */
function replaced(site: PixelSite, tag: number): Uint8Array | undefined {
  if (tag === Tag.PlanarConfiguration) return Uint8Array.of(site.planarConfiguration, 0);
  if (tag !== Tag.PhotometricInterpretation) return undefined;
  return Buffer.from(site.photometricInterpretation, 'latin1');
}

/** A value of undefined length that isn't bytes is a sequence, whatever its VR says; in UN it is Implicit VR Little Endian (PS3.5 §6.2.2). */
function isSequence({ vr, length, tag }: ElementHeader): boolean {
  if (vr === 'SQ') return true;
  if (length !== UNDEFINED_LENGTH) return false;
  return traitsOf(vr)?.kind !== 'binary' || (vr === 'UN' && tag !== Tag.PixelData);
}

function openSequence(walk: Walk, level: Level, { tag, vr, bytes, length }: ElementHeader): void {
  writeHeader(walk.output, tag, 'SQ', UNDEFINED_LENGTH);
  walk.at += bytes;
  const delimited = length === UNDEFINED_LENGTH;
  walk.levels.push({
    isSequence: true,
    delimited,
    end: delimited ? level.end : walk.at + length,
    encoding: vr === 'UN' ? IMPLICIT_LITTLE_ENDIAN : level.encoding,
    dataSet: level.dataSet,
    items: level.dataSet[tagHex(tag)]?.Value ?? [],
    opened: 0,
  });
}

/** `US or SS` as the header settled it; big endian pixels of more than one byte are words whatever is written (PS3.5 §A.3). */
function vrOf({ dataSet, encoding }: Level, { tag, vr }: ElementHeader): Vr {
  if (vr === 'US or SS') return dataSet[tagHex(tag)]?.vr === 'SS' ? 'SS' : 'US';
  const bits = dataSet[tagHex(Tag.BitsAllocated)]?.Value?.[0];
  const isWords = encoding.bigEndian && tag === Tag.PixelData && Number(bits) > 8;
  return isWords ? 'OW' : vr;
}

const wordBytesOf = ({ encoding }: Level, vr: Vr): number =>
  encoding.bigEndian ? (traitsOf(vr)?.wordBytes ?? 1) : 1;

type Large = Readonly<{ header: ElementHeader; convertedFrames: ConvertedFrames }>;

async function* copyLarge(
  walk: Walk,
  level: Level,
  { header, convertedFrames }: Large,
): AsyncGenerator<Uint8Array> {
  const isPixelData = isEncoded(walk.sites.get(level.dataSet), header);
  if (isPixelData || header.length === UNDEFINED_LENGTH) {
    yield* convertPixelData(walk, level, { header, convertedFrames });
    return;
  }
  if (header.length <= SMALL_BYTES) {
    await bring(walk, header.bytes + header.length);
    if (!copySmall(walk, level, header)) broken(walk, 'truncated');
    return;
  }
  const vr = vrOf(level, header);
  const wordBytes = wordBytesOf(level, vr);
  const end = walk.at + header.bytes + header.length;
  if (end > walk.file.length) return broken(walk, 'truncated');
  writeHeader(walk.output, header.tag, vr, header.length + (header.length % 2));
  yield take(walk.output);
  for (walk.at += header.bytes; walk.at < end; ) yield await copyPiece(walk, end, wordBytes);
  if (header.length % 2 === 1) yield Uint8Array.of(paddingOf(vr));
  notePixelData(walk, header);
}

/** Reads the next piece of a value that ends at `end`; pieces are whole words long, so that no word is split. */
async function copyPiece(walk: Walk, end: number, wordBytes: number): Promise<Uint8Array> {
  const { file, at } = walk;
  const bytes = await file.read(at, Math.min(end, at + OUTPUT_BYTES));
  if (bytes.length === 0) throw new TranscodeFailed('truncated', at);
  walk.at += bytes.length;
  if (wordBytes === 1) return bytes;
  const copy = Buffer.from(bytes);
  swapWords(copy, wordBytes);
  return copy;
}

async function* convertPixelData(
  walk: Walk,
  level: Level,
  { header, convertedFrames }: Large,
): AsyncGenerator<Uint8Array> {
  const site = walk.sites.get(level.dataSet);
  if (site === undefined || header.tag !== Tag.PixelData) return broken(walk, 'undefined-length');
  if (site.target === undefined) yield* writeNative(walk, site, convertedFrames);
  else yield* writeEncapsulated(walk, site, convertedFrames);
  walk.at += header.bytes;
  if (header.length === UNDEFINED_LENGTH) await skipFragments(walk);
  else walk.at += header.length;
  notePixelData(walk, header);
}

async function* writeNative(
  { output }: Walk,
  site: PixelSite,
  convertedFrames: ConvertedFrames,
): AsyncGenerator<Uint8Array> {
  const { nativeBytes, description } = site;
  const vr = description.bitsAllocated > 8 ? 'OW' : 'OB';
  writeHeader(output, Tag.PixelData, vr, nativeBytes + (nativeBytes % 2));
  yield take(output);
  yield* convertedFrames(site);
  if (nativeBytes % 2 === 1) yield Uint8Array.of(0);
}

/** PS3.5 §A.4: OB, of undefined length. */
async function* writeEncapsulated(
  { output }: Walk,
  site: PixelSite,
  convertedFrames: ConvertedFrames,
): AsyncGenerator<Uint8Array> {
  writeHeader(output, Tag.PixelData, 'OB', UNDEFINED_LENGTH);
  yield take(output);
  yield* encapsulated(convertedFrames(site));
  writeItem(output, Tag.SequenceDelimitationItem, 0);
}

/** Moves behind the Sequence Delimitation Item, or to the end of the file where it is missing. */
async function skipFragments(walk: Walk): Promise<void> {
  while (walk.at < walk.file.length) {
    await bring(walk, ELEMENT_HEADER_BYTES_MAX);
    const item = headerAt(walk, IMPLICIT_LITTLE_ENDIAN);
    if (item === undefined || item.tag >>> 16 !== 0xfffe) break;
    walk.at += item.bytes + item.length;
    if (item.tag === Tag.SequenceDelimitationItem) break;
  }
}
