import type { JsonElement } from './dicom-json.js';
import { type ElementHeader, UNDEFINED_LENGTH } from './element.js';
import { type Scope, vrWithin } from './header/scope.js';
import { ReadStopped } from './read-error.js';
import { readValue } from './read-value.js';
import { countValues, note, type Reading } from './reading.js';
import { Tag, tagHex } from './tag.js';
import { traitsOf, type Vr } from './vr.js';
import { holds } from './window.js';

/** BulkDataURIs of a header start with this and go on with the value's path; the server puts its address in its place. */
export const BULKDATA_MARKER = 'arkim-bulkdata:';

/**
 * The element whose value starts at `reading.at`, when that is a matter of the bytes in memory; undefined for sequences,
 * undefined lengths and values that have to be read first. Moves `reading.at` behind the value.
 */
export const readInline = (
  reading: Reading,
  scope: Scope,
  header: ElementHeader,
): JsonElement | undefined => {
  const { length, tag } = header;
  if (length === UNDEFINED_LENGTH || header.vr === 'SQ') return undefined;
  const behind = reading.at + length;
  if (behind > scope.end) throw new ReadStopped('exceeds-parent', reading.at, tag);
  if (behind > reading.window.length) throw new ReadStopped('truncated', reading.at, tag);
  const vr = vrWithin(scope, header.vr);
  if (scope.depth === 0 && isOffsetTable(tag) && !keepOffsetTable(reading, tag, length))
    return undefined;
  if (isBulk(reading, scope, { tag, vr, length })) {
    reading.at = behind;
    return placeBulk(reading, scope, { tag, vr, start: behind - length, length });
  }
  if (!holds(reading.window, reading.at, length)) return undefined;
  const start = reading.at - reading.window.start;
  const element = readValue(vr, reading.window.bytes.subarray(start, start + length), {
    characterSet: scope.characterSet,
    bigEndian: scope.encoding.bigEndian,
    note: (reason) => note(reading, reason, tag),
  });
  countValues(reading, tag, element);
  reading.at = behind;
  return element;
};

type Place = Readonly<{ tag: number; vr: Vr; start: number; length: number }>;

/** Remembers where the value lies and gives the attribute that stands for it. */
export const placeBulk = (reading: Reading, scope: Scope, at: Place): JsonElement => {
  const path = scope.path + tagHex(at.tag);
  const bulk = { path, vr: at.vr, start: at.start, length: at.length };
  reading.bulk.push(bulk);
  if (scope.depth === 0 && isPixelData(at.tag)) reading.pixelData = bulk;
  return { vr: at.vr, BulkDataURI: BULKDATA_MARKER + path };
};

const isBulk = (
  { limits, at }: Reading,
  scope: Scope,
  { tag, vr, length }: Readonly<{ tag: number; vr: Vr; length: number }>,
): boolean => {
  if (length === 0) return false;
  if (isPixelData(tag) && scope.depth === 0) return true;
  const traits = traitsOf(vr);
  if (traits?.kind === 'binary') return length > limits.inlineBinaryBytesMax;
  if (traits?.mayBeBulk === true) return length > limits.inlineValueBytesMax;
  if (length > limits.valueBytesMax) throw new ReadStopped('value-too-long', at, tag);
  return false;
};

const isPixelData = (tag: number): boolean =>
  tag === Tag.PixelData || tag === Tag.FloatPixelData || tag === Tag.DoubleFloatPixelData;

const isOffsetTable = (tag: number): boolean =>
  tag === Tag.ExtendedOffsetTable || tag === Tag.ExtendedOffsetTableLengths;

/** The frame index needs these values even when the header names them by a BulkDataURI; false when they have to be read first. */
const keepOffsetTable = (reading: Reading, tag: number, length: number): boolean => {
  if (length > reading.limits.offsetTableBytesMax) return true;
  if (!holds(reading.window, reading.at, length)) return false;
  const start = reading.at - reading.window.start;
  const table = Buffer.from(reading.window.bytes.subarray(start, start + length));
  if (tag === Tag.ExtendedOffsetTable) reading.extendedOffsets = table;
  else reading.extendedLengths = table;
  return true;
};
