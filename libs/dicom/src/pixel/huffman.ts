/** A look-up by the next 16 bits of the stream: code length << 8 | value; 0 where no code begins so. */
export type HuffmanTable = Uint16Array;

const CODE_BITS_MAX = 16;

/** Reads the tables of one DHT segment (T.81 §B.2.4.2) into `tables`, by destination, those of class 1 from 16 on; false when the segment is malformed. */
export function readHuffmanTables(segment: Uint8Array, tables: HuffmanTable[]): boolean {
  let at = 0;
  while (at < segment.length) {
    const destination = (segment[at] ?? 0) & 31;
    const counts = segment.subarray(at + 1, at + 1 + CODE_BITS_MAX);
    const total = counts.reduce((sum, count) => sum + count, 0);
    const values = segment.subarray(at + 1 + CODE_BITS_MAX, at + 1 + CODE_BITS_MAX + total);
    const table = buildTable(counts, values);
    if (counts.length < CODE_BITS_MAX || values.length < total || table === undefined) return false;
    tables[destination] = table;
    at += 1 + CODE_BITS_MAX + total;
  }
  return true;
}

function buildTable(counts: Uint8Array, values: Uint8Array): HuffmanTable | undefined {
  const table = new Uint16Array(1 << CODE_BITS_MAX);
  let next = 0;
  let value = 0;
  for (let bits = 1; bits <= CODE_BITS_MAX; bits++)
    for (let count = counts[bits - 1] ?? 0; count > 0; count--) {
      const end = next + (1 << (CODE_BITS_MAX - bits));
      if (end > table.length) return undefined;
      table.fill((bits << 8) | (values[value++] ?? 0), next, end);
      next = end;
    }
  return table;
}

/** Entropy-coded bits, most significant first, with FF00 unstuffed; past the segment's end it gives zeros and counts them. */
export type BitReader = {
  readonly bytes: Uint8Array;
  at: number;
  bits: number;
  count: number;
  /** Zero bits given after the segment's end; some are still unread when no more than `count`. */
  padded: number;
};

/** A reader of the entropy-coded segment that begins at `at`. */
export function bitReader(bytes: Uint8Array, at: number): BitReader {
  return { bytes, at, bits: 0, count: 0, padded: 0 };
}

/** Whether bits beyond the end of the segment have been used: the stream was cut or is corrupt. */
export const isOverrun = (reader: BitReader): boolean => reader.padded > reader.count;

/** Drops what is left of a segment and steps over the restart marker behind it; false when there is none. */
export function skipRestart(reader: BitReader): boolean {
  reader.bits = 0;
  reader.count = 0;
  reader.padded = 0;
  const marker = reader.bytes[reader.at + 1] ?? 0;
  if (reader.bytes[reader.at] !== 0xff || marker < 0xd0 || marker > 0xd7) return false;
  reader.at += 2;
  return true;
}

/** The next difference of T.81 §H.1.2.2: a category by Huffman code, then so many bits; NaN where no code fits. */
export function readDifference(reader: BitReader, table: HuffmanTable): number {
  fill(reader);
  const entry = table[(reader.bits >>> (reader.count - 16)) & 0xffff] ?? 0;
  const size = entry & 0xff;
  if (entry === 0 || size > 16) return Number.NaN;
  reader.count -= entry >> 8;
  if (size === 0) return 0;
  return size === 16 ? 32768 : readBits(reader, size);
}

/** The next symbol by its Huffman code; undefined where no code fits. */
export function readSymbol(reader: BitReader, table: HuffmanTable): number | undefined {
  fill(reader);
  const entry = table[(reader.bits >>> (reader.count - 16)) & 0xffff] ?? 0;
  if (entry === 0) return undefined;
  reader.count -= entry >> 8;
  return entry & 0xff;
}

/** The next value of `size` bits, 1 to 15, where the lower half stands for negative ones (T.81 §F.2.2.1). */
export function readBits(reader: BitReader, size: number): number {
  fill(reader);
  reader.count -= size;
  const value = (reader.bits >>> reader.count) & ((1 << size) - 1);
  return value < 1 << (size - 1) ? value - (1 << size) + 1 : value;
}

/** Brings the count of bits to at least 25. */
function fill(reader: BitReader): void {
  while (reader.count <= 24) {
    reader.bits = (reader.bits << 8) | nextByte(reader);
    reader.count += 8;
  }
}

function nextByte(reader: BitReader): number {
  const { bytes, at } = reader;
  const byte = bytes[at];
  if (byte !== undefined && byte !== 0xff) {
    reader.at = at + 1;
    return byte;
  }
  if (byte === 0xff && bytes[at + 1] === 0) {
    reader.at = at + 2;
    return byte;
  }
  reader.padded += 8;
  return 0;
}
