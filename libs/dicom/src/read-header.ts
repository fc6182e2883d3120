import type { DicomJson } from './dicom-json.js';
import { isBehindPixelData } from './header/end-of-data-set.js';
import { type FileMeta, readFileMeta } from './header/file-meta.js';
import { readDataSet } from './header/read-data-set.js';
import { rootScope } from './header/scope.js';
import { inflatedFile } from './inflated-file.js';
import { HEADER_LIMITS, type HeaderLimits } from './limits.js';
import { type Oddity, type ReadError, ReadStopped } from './read-error.js';
import { type Bulk, newReading, note, type PixelData, type Reading } from './reading.js';
import { moveWindow, type Need, type ReadableFile } from './window.js';

/**
 * What a file says outside its bulk data. `transferSyntax` is the declared UID, or what was found when none is declared;
 * `dataSetStart` the file offset of the data set; offsets in `bulk` and `pixelData` count within the inflated data set when
 * `deflated`. `bigEndian` is how numbers in bulk data are written.
 */
export type Header = Readonly<{
  hasPreamble: boolean;
  transferSyntax: string;
  bigEndian: boolean;
  explicit: boolean;
  deflated: boolean;
  fileMeta: DicomJson;
  dataSet: DicomJson;
  dataSetStart: number;
  /** Elements and items in it, nested ones included; person names count too. */
  elements: number;
  bulk: readonly Bulk[];
  pixelData?: PixelData;
  offsetTable?: Readonly<{ offsets: Buffer; lengths: Buffer }>;
  oddities: readonly Oddity[];
}>;

export type HeaderResult =
  | Readonly<{ ok: true; header: Header }>
  | Readonly<{ ok: false; error: ReadError }>;

const CHUNK_BYTES_MAX = 1024 * 1024;

/**
 * Reads everything but the bulk data of a DICOM file (PS3.10 §7): a first chunk and then only what is needed, never native
 * Pixel Data beyond the chunk it begins in. What is wrong with the bytes is a value; only a failing `file.read` throws.
 */
export const readHeader = async (
  file: ReadableFile,
  limits: Partial<HeaderLimits> = {},
): Promise<HeaderResult> => {
  try {
    return { ok: true, header: await read(file, { ...HEADER_LIMITS, ...limits }) };
  } catch (error) {
    if (error instanceof ReadStopped) return { ok: false, error: error.error };
    throw error;
  }
};

const read = async (file: ReadableFile, limits: HeaderLimits): Promise<Header> => {
  const reading = newReading(file.length, limits);
  const meta = await run(readFileMeta(reading), reading, file);
  const dataSetStart = reading.at;
  if (!meta.deflated) return readRoot(reading, file, { meta, dataSetStart });
  const inflated = inflatedFile(file, dataSetStart, limits.inflatedBytesMax);
  try {
    const fresh = { ...newReading(inflated.length, limits), oddities: reading.oddities };
    return await readRoot(fresh, inflated, { meta, dataSetStart });
  } finally {
    inflated.close();
  }
};

type Begun = Readonly<{ meta: FileMeta; dataSetStart: number }>;

const readRoot = async (
  reading: Reading,
  file: ReadableFile,
  { meta, dataSetStart }: Begun,
): Promise<Header> => {
  const scope = rootScope(meta.encoding);
  try {
    await run(readDataSet(reading, scope), reading, file);
  } catch (error) {
    if (!isBehindPixelData(reading, error)) throw error;
    note(reading, 'trailing-bytes');
  }
  const { pixelData, extendedOffsets: offsets, extendedLengths: lengths } = reading;
  return {
    hasPreamble: meta.hasPreamble,
    transferSyntax: meta.transferSyntax,
    explicit: meta.encoding.explicit,
    bigEndian: meta.encoding.bigEndian,
    deflated: meta.deflated,
    fileMeta: meta.fileMeta,
    dataSet: scope.dataSet,
    dataSetStart,
    elements: reading.elements,
    bulk: reading.bulk,
    oddities: reading.oddities,
    ...(pixelData === undefined ? {} : { pixelData }),
    ...(offsets === undefined || lengths === undefined
      ? {}
      : { offsetTable: { offsets, lengths } }),
  };
};

/** Lets the reader run and brings it the bytes that it asks for, in chunks that double up to 1 MiB. */
const run = async <T>(
  reader: Generator<Need, T>,
  reading: Reading,
  file: ReadableFile,
): Promise<T> => {
  for (;;) {
    const step = reader.next();
    if (step.done === true) return step.value;
    await bring(reading, file, step.value);
  }
};

const bring = async (reading: Reading, file: ReadableFile, need: Need): Promise<void> => {
  const { window, limits } = reading;
  if (need.at >= window.start && window.end >= window.length) return;
  if (need.at >= window.length) {
    moveWindow(window, need.at, new Uint8Array());
    return;
  }
  const chunk = need.walk === 'sparse' ? need.bytes : Math.max(need.bytes, reading.chunkBytes);
  const end = Math.min(need.at + chunk, window.length);
  reading.bytesRead += need.walk === undefined ? end - need.at : need.bytes;
  if (reading.bytesRead > limits.headerBytesMax) throw new ReadStopped('header-too-long', need.at);
  const bytes = await file.read(need.at, end);
  moveWindow(window, need.at, bytes);
  window.length = Math.min(
    file.length,
    bytes.byteLength < end - need.at ? need.at + bytes.byteLength : window.length,
  );
  reading.chunkBytes = Math.min(reading.chunkBytes * 2, CHUNK_BYTES_MAX);
};
