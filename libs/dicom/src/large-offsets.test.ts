import { expect, test } from 'vitest';
import { dataSetBytes, fileBytes, headerBytes, marker } from './dicom-file.testing.js';
import { EXPLICIT_LITTLE_ENDIAN, UNDEFINED_LENGTH } from './element.js';
import { frameIndexOf, frameRanges } from './frame-index.js';
import { decodeFrameIndex, encodeFrameIndex } from './frame-index-code.js';
import { readHeader } from './read-header.js';

const GIB = 1024 ** 3;
const ENCAPSULATED_UNCOMPRESSED = '1.2.840.10008.1.2.1.98';
const FRAGMENT_BYTES = 0xfffffff0;
const FRAMES = 5;

type Piece = Readonly<{ start: number; bytes: Buffer }>;

/* A file of 20 GiB of which only these pieces are anything but zeros. */
const sparseFile = (pieces: readonly Piece[], length: number) => ({
  length,
  read: async (from: number, to: number) => {
    const read = Buffer.alloc(Math.min(to, length) - from);
    for (const { start, bytes } of pieces)
      if (start < to && start + bytes.length > from)
        bytes.copy(read, Math.max(0, start - from), Math.max(0, from - start));
    return read;
  },
});

const longs = (values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 8);
  for (const [at, value] of values.entries()) bytes.writeBigUInt64LE(BigInt(value), at * 8);
  return bytes;
};

const fragments = Array.from({ length: FRAMES }, (_, at) => at);
const offsets = fragments.map((at) => at * (FRAGMENT_BYTES + 8));

/** `tabled`: with an Extended Offset Table; else the fragments are counted. */
const hugeFile = (tabled: boolean) => {
  const head = fileBytes([[0x00280008, 'IS', String(FRAMES)]], ENCAPSULATED_UNCOMPRESSED);
  const lengths = fragments.map(() => FRAGMENT_BYTES);
  const table = dataSetBytes(
    [
      [0x7fe00001, 'OV', longs(offsets)],
      [0x7fe00002, 'OV', longs(lengths)],
    ],
    EXPLICIT_LITTLE_ENDIAN,
  );
  const start = Buffer.concat([
    head,
    ...(tabled ? [table] : []),
    headerBytes(0x7fe00010, 'OB', UNDEFINED_LENGTH, EXPLICIT_LITTLE_ENDIAN),
    marker(0xfffee000, 0, EXPLICIT_LITTLE_ENDIAN),
  ]);
  const items = offsets.map((offset) => ({
    start: start.length + offset,
    bytes: marker(0xfffee000, FRAGMENT_BYTES, EXPLICIT_LITTLE_ENDIAN),
  }));
  const end = start.length + FRAMES * (FRAGMENT_BYTES + 8);
  const closing = { start: end, bytes: marker(0xfffee0dd, 0, EXPLICIT_LITTLE_ENDIAN) };
  const file = sparseFile([{ start: 0, bytes: start }, ...items, closing], end + 8);
  return { file, first: start.length + 8 };
};

test.each([true, false])(
  'frames beyond 4, 8 and 16 GiB are found where they are (table: %s)',
  async (tabled) => {
    const { file, first } = hugeFile(tabled);
    const result = await readHeader(file);
    if (!result.ok) throw new Error(result.error.reason);
    const index = frameIndexOf(result.header);
    if (!index.ok) throw new Error(index.error);
    const kept = decodeFrameIndex(JSON.parse(JSON.stringify(encodeFrameIndex(index.frameIndex))));
    expect(kept).toEqual(index.frameIndex);
    for (const at of fragments)
      expect(frameRanges(kept, at)).toEqual([[first + (offsets[at] ?? 0), FRAGMENT_BYTES]]);
    expect(offsets.at(-1)).toBeGreaterThan(15 * GIB);
    expect(result.header.oddities).toEqual([]);
  },
);
