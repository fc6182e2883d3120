import type { DicomJson, JsonElement } from '../dicom-json.js';
import type { LookUpTable } from '../display.js';
import { BULKDATA_MARKER } from '../read-inline.js';
import { expandSegments } from './segmented-palette.js';

/** Little-endian bytes of a value that the header names by this bulk path; undefined when they can't be had. */
export type ReadBulk = (path: string) => Promise<Buffer | undefined>;

export const LUT_ENTRIES_MAX = 65_536;

/** Where a table stands: tags of descriptor and data, or of segmented data (PS3.3 §C.7.9.2). */
export type TableTags = Readonly<{ descriptor: string; data: string; segments?: string }>;

/**
 * The table that a data set holds (PS3.3 §C.11.1.1, §C.11.2.1.1, §C.7.6.3.1.5); undefined without one that makes sense.
 * `isSigned`: whether the values that are looked up may be negative, which decides on the first one.
 */
export async function readTable(
  dataSet: DicomJson,
  tags: TableTags,
  { readBulk, isSigned }: Readonly<{ readBulk: ReadBulk; isSigned: boolean }>,
): Promise<LookUpTable | undefined> {
  const descriptor = wordsOf(dataSet[tags.descriptor]);
  const [stated, first, bits] = descriptor ?? [];
  if (stated === undefined || first === undefined || bits === undefined) return undefined;
  const entries = stated === 0 ? LUT_ENTRIES_MAX : stated;
  const values = await entriesOf(dataSet, tags, { entries, bits: bits & 0xff, readBulk });
  if (values === undefined || values.length === 0) return undefined;
  return {
    first: isSigned && first > 0x7fff ? first - 0x10000 : first,
    bits: depthOf(values, bits),
    values,
  };
}

type Wanted = Readonly<{ entries: number; bits: number; readBulk: ReadBulk }>;

async function entriesOf(
  dataSet: DicomJson,
  tags: TableTags,
  { entries, bits, readBulk }: Wanted,
): Promise<Uint16Array | undefined> {
  const plain = await bytesOf(dataSet[tags.data], readBulk);
  if (plain !== undefined) return padded(unpacked(plain, entries), entries);
  if (tags.segments === undefined) return undefined;
  const segments = await bytesOf(dataSet[tags.segments], readBulk);
  if (segments === undefined) return undefined;
  const expanded =
    bits === 8
      ? expandSegments(new Uint16Array(segments), 8, LUT_ENTRIES_MAX)
      : expandSegments(wordsIn(segments), 16, LUT_ENTRIES_MAX);
  return expanded === undefined ? undefined : padded(expanded, entries);
}

/** The bytes of a value, whichever way the header has it. */
async function bytesOf(
  element: JsonElement | undefined,
  readBulk: ReadBulk,
): Promise<Buffer | undefined> {
  if (element === undefined) return undefined;
  const bulk = element.BulkDataURI;
  if (bulk !== undefined) return readBulk(bulk.slice(BULKDATA_MARKER.length));
  if (element.InlineBinary !== undefined) return Buffer.from(element.InlineBinary, 'base64');
  const words = wordsOf(element);
  return words === undefined ? undefined : Buffer.from(new Uint16Array(words).buffer);
}

/** Numbers of a value of US, SS or of bytes in words, as unsigned words. */
function wordsOf(element: JsonElement | undefined): number[] | undefined {
  if (element?.InlineBinary !== undefined)
    return [...wordsIn(Buffer.from(element.InlineBinary, 'base64'))];
  const values = element?.Value?.map(Number);
  if (values === undefined || values.length === 0 || !values.every(Number.isInteger))
    return undefined;
  return values.map((value) => value & 0xffff);
}

/** Two bytes an entry, or one where there are too few for two (PS3.3 §C.7.6.3.1.6). */
const unpacked = (bytes: Buffer, entries: number): Uint16Array =>
  bytes.length >= entries * 2
    ? wordsIn(bytes.subarray(0, entries * 2))
    : new Uint16Array(bytes.subarray(0, entries));

function wordsIn(bytes: Buffer): Uint16Array {
  const words = new Uint16Array(Math.floor(bytes.length / 2));
  for (let at = 0; at < words.length; at++) words[at] = bytes.readUInt16LE(at * 2);
  return words;
}

/** A table that is too short goes on with its last entry. */
function padded(values: Uint16Array, entries: number): Uint16Array {
  if (values.length >= entries) return values.subarray(0, entries);
  const whole = new Uint16Array(entries).fill(values.at(-1) ?? 0);
  whole.set(values);
  return whole;
}

/** The stated depth, unless the entries show that it can't be: some writers state 16 for entries of 8 bits, or 8 for deeper ones. */
function depthOf(values: Uint16Array, stated: number): number {
  let greatest = 0;
  for (const value of values) if (value > greatest) greatest = value;
  const needed = Math.max(1, 32 - Math.clz32(greatest));
  if (needed <= 8 && stated === 16) return 8;
  return Math.min(16, Math.max(needed, stated));
}
