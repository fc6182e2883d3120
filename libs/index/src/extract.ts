import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { EncodedFrameIndex } from '#dicom/frame-index-code';

/** A value that the metadata names by BulkDataURI: its path in the data set, start and length in bytes within the instance. */
export type BulkEntry = Readonly<{ path: string; start: number; length: number }>;

/** The full header of one instance: its DICOM JSON text (PS3.18 Annex F), its bulk values and its encoded frame index. */
export type ExtractedInstance = Readonly<{
  json: string;
  bulk: readonly BulkEntry[];
  frameIndex: EncodedFrameIndex | null;
  /** Byte offset of the data set (after file meta) in the stored file; `deflated`: bulk offsets are within the inflated data set. */
  dataSetStart: number;
  deflated: boolean;
}>;

/** Decoded extract: `json[i]` is the UTF-8 DICOM JSON of instance i. */
export type Extract = Readonly<{
  json: readonly Buffer[];
  facts: readonly Omit<ExtractedInstance, 'json'>[];
}>;

export const EXTRACT_BYTES_MAX = 256 * 1024 * 1024;
const VERSION = 1;
const HEADER_BYTES = 8;

/** Version, length of the facts, facts as JSON, then the JSON texts end to end; zstd over all, since headers of a series are nearly alike. */
export function encodeExtract(instances: readonly ExtractedInstance[]): Buffer {
  const texts = instances.map(({ json }) => Buffer.from(json));
  const facts = Buffer.from(
    JSON.stringify(
      instances.map(({ json: _, ...facts }, index) => ({ ...facts, bytes: texts[index]?.length })),
    ),
  );
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32LE(VERSION, 0);
  head.writeUInt32LE(facts.length, 4);
  return zstdCompressSync(Buffer.concat([head, facts, ...texts]), {
    params: { [constants.ZSTD_c_compressionLevel]: 1 },
  });
}

/** Throws when the bytes are not an extract of this version: a damaged extract is a fault, never an empty answer. */
export function decodeExtract(bytes: Buffer): Extract {
  const plain = zstdDecompressSync(bytes, { maxOutputLength: EXTRACT_BYTES_MAX });
  const version = plain.readUInt32LE(0);
  if (version !== VERSION) throw new Error(`extract version ${version} is not known`);
  const factsEnd = HEADER_BYTES + plain.readUInt32LE(4);
  const rows = JSON.parse(plain.toString('utf8', HEADER_BYTES, factsEnd)) as (Omit<
    ExtractedInstance,
    'json'
  > & { bytes: number })[];
  const json: Buffer[] = [];
  let at = factsEnd;
  for (const { bytes: length } of rows) {
    json.push(plain.subarray(at, at + length));
    at += length;
  }
  if (at !== plain.length) throw new Error('extract lengths do not add up');
  return { json, facts: rows.map(({ bytes: _, ...facts }) => facts) };
}
