import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { DicomJson, JsonElement } from '#dicom/dicom-json';
import { type Header, type HeaderResult, readHeader } from '#dicom/read-header';
import { BULKDATA_MARKER } from '#dicom/read-inline';
import type { JudgedDataSet, JudgedElement } from './flat.js';

/** What our reader makes of a file, with bytes read back from the places that it names. */
export type Ours = Readonly<{ result: HeaderResult; bytes: Buffer; ms: number }>;

const MEBIBYTES = 1024 * 1024;
/** Judges give numbers and text in full, so we do. */
const LIMITS = { inlineValueBytesMax: 64 * MEBIBYTES, valueBytesMax: 64 * MEBIBYTES };

export const readOurs = async (path: string): Promise<Ours> => {
  const bytes = readFileSync(path);
  const start = performance.now();
  const result = await readHeader(
    { length: bytes.length, read: async (from, end) => bytes.subarray(from, end) },
    LIMITS,
  );
  return { result, bytes, ms: performance.now() - start };
};

/** The bytes that a header's offsets count in. */
export const sourceOf = (header: Header, bytes: Buffer): Buffer =>
  header.deflated ? inflateRawSync(bytes.subarray(header.dataSetStart)) : bytes;

/** `file`: bytes as they lie in the file; `little`: words turned round as DICOM JSON wants them. */
export type ByteOrder = 'file' | 'little';

type Turning = Readonly<{
  bulk: ReadonlyMap<string, Buffer>;
  turnInline: boolean;
  turnBulk: boolean;
}>;

/** Our data set with a digest in the place of every binary value, inline or bulk. */
export const judgedDataSet = (header: Header, bytes: Buffer, order: ByteOrder): JudgedDataSet => {
  const source = sourceOf(header, bytes);
  const bulk = new Map(
    header.bulk.map(({ path, start, length }) => [
      BULKDATA_MARKER + path,
      source.subarray(start, start + length),
    ]),
  );
  const turnInline = header.bigEndian && order === 'file';
  const turnBulk = header.bigEndian && order === 'little';
  return judged(header.dataSet, { bulk, turnInline, turnBulk });
};

const judged = (dataSet: DicomJson, turning: Turning): JudgedDataSet =>
  Object.fromEntries(
    Object.entries(dataSet).map(([tag, element]) => [tag, judgedElement(element, turning)]),
  );

const BINARY = ['OB', 'OD', 'OF', 'OL', 'OV', 'OW', 'UN'];
const WORD_BYTES: Readonly<Record<string, number>> = { OD: 8, OF: 4, OL: 4, OV: 8, OW: 2 };

const judgedElement = (element: JsonElement, turning: Turning): JudgedElement => {
  const { vr } = element;
  if (element.BulkDataURI !== undefined) {
    const value = turning.bulk.get(element.BulkDataURI);
    if (value === undefined) throw new Error(`no place for ${element.BulkDataURI}`);
    return { vr, ...digest(turning.turnBulk ? turned(vr, value) : withoutDelimiter(value)) };
  }
  if (element.InlineBinary !== undefined) {
    const value = Buffer.from(element.InlineBinary, 'base64');
    return { vr, ...digest(turning.turnInline ? turned(vr, value) : value) };
  }
  if (BINARY.includes(vr)) return { vr, sha256: '', bytes: 0 };
  if (vr !== 'SQ') return element;
  return { vr, Value: (element.Value ?? []).map((item) => judged(item as DicomJson, turning)) };
};

/** SHA-256 and length stand for bytes. */
export const digest = (value: Uint8Array): Readonly<{ sha256: string; bytes: number }> => ({
  sha256: createHash('sha256').update(value).digest('hex'),
  bytes: value.length,
});

/** Our range of an encapsulated value includes the Sequence Delimitation Item; pydicom's value doesn't. */
const withoutDelimiter = (value: Buffer): Buffer =>
  value.length >= 16 &&
  value.readUInt32LE(0) === 0xe000fffe &&
  value.readUInt32LE(value.length - 8) === 0xe0ddfffe
    ? value.subarray(0, -8)
    : value;

const turned = (vr: string, value: Buffer): Buffer => {
  const words = WORD_BYTES[vr] ?? 1;
  if (words === 2) return Buffer.from(value).swap16();
  if (words === 4) return Buffer.from(value).swap32();
  return words === 8 ? Buffer.from(value).swap64() : value;
};

/** The same of the File Meta Information. */
export const judgedFileMeta = (header: Header): JudgedDataSet =>
  judged(header.fileMeta, { bulk: new Map(), turnInline: false, turnBulk: false });
