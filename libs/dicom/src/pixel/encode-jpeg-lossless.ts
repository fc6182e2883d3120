import type { EncoderSamples } from './encoder-samples.js';
import { type HuffmanCode, huffmanCode } from './huffman-code.js';

/** The size of a frame; `components` lie by pixel. */
export type JpegShape = Readonly<{ rows: number; columns: number; components: number }>;

const CATEGORIES = 17;
const SAMPLE_BYTES_MAX = 8;

/**
 * Lossless JPEG (T.81 Annex H, process 14) with selection value 1, which both 1.2.840.10008.1.2.4.57 and .70 allow: one
 * interleaved scan, one Huffman table made for this frame.
 */
export function encodeJpegLossless(shape: JpegShape, samples: EncoderSamples): Uint8Array {
  const differences = differencesOf(shape, samples);
  const frequencies = new Array<number>(CATEGORIES).fill(0);
  for (const difference of differences) {
    const category = categoryOf(difference);
    frequencies[category] = (frequencies[category] ?? 0) + 1;
  }
  const code = huffmanCode(frequencies);
  const scan = encodeScan(shape, differences, code);
  const head = Uint8Array.from(header(shape, samples.precision, code));
  return Buffer.concat([head, scan, Uint8Array.of(0xff, 0xd9)]);
}

function header({ rows, columns, components }: JpegShape, precision: number, code: HuffmanCode) {
  const ids = Array.from({ length: components }, (_, index) => index + 1);
  const sides = [rows >> 8, rows & 255, columns >> 8, columns & 255];
  const parts = ids.flatMap((id) => [id, 0x11, 0]);
  const selected = ids.flatMap((id) => [id, 0]);
  return [
    ...[0xff, 0xd8],
    ...segment(0xc3, [precision, ...sides, components, ...parts]),
    ...segment(0xc4, [0, ...code.counts, ...code.symbols]),
    ...segment(0xda, [components, ...selected, 1, 0, 0]),
  ];
}

const segment = (marker: number, content: readonly number[]): number[] => {
  const length = content.length + 2;
  return [0xff, marker, length >> 8, length & 255, ...content];
};

/** What each sample adds to the one on its left, in the first column to the one above, modulo 2^16 (T.81 §H.1.2.1). */
function differencesOf({ rows, columns, components }: JpegShape, samples: EncoderSamples) {
  const { values, precision } = samples;
  const differences = new Int16Array(values.length);
  const rowSamples = columns * components;
  for (let row = 0; row < rows; row++) {
    const start = row * rowSamples;
    for (let part = 0; part < components; part++) {
      const first = start + part;
      const above = row === 0 ? 1 << (precision - 1) : (values[first - rowSamples] ?? 0);
      differences[first] = (values[first] ?? 0) - above;
    }
    for (let at = start + components; at < start + rowSamples; at++)
      differences[at] = (values[at] ?? 0) - (values[at - components] ?? 0);
  }
  return differences;
}

/** Bits of the magnitude (T.81 table H.2). */
const categoryOf = (difference: number): number =>
  32 - Math.clz32(difference < 0 ? -difference : difference);

/** Entropy-coded bytes that grow; `bits` holds the last `count` bits, which are less than a byte. */
type BitWriter = { bytes: Uint8Array; at: number; bits: number; count: number };

function encodeScan(
  { rows, columns, components }: JpegShape,
  differences: Int16Array,
  code: HuffmanCode,
) {
  const rowSamples = columns * components;
  const writer: BitWriter = {
    bytes: new Uint8Array(differences.length + rowSamples * SAMPLE_BYTES_MAX),
    at: 0,
    bits: 0,
    count: 0,
  };
  for (let row = 0; row < rows; row++) {
    makeRoom(writer, rowSamples * SAMPLE_BYTES_MAX);
    writeRow(writer, differences.subarray(row * rowSamples, (row + 1) * rowSamples), code);
  }
  makeRoom(writer, SAMPLE_BYTES_MAX);
  if (writer.count > 0) put(writer, (1 << (8 - writer.count)) - 1, 8 - writer.count);
  return writer.bytes.subarray(0, writer.at);
}

function writeRow(
  writer: BitWriter,
  differences: Int16Array,
  { codes, lengths }: HuffmanCode,
): void {
  for (let at = 0; at < differences.length; at++) {
    const difference = differences[at] ?? 0;
    const category = categoryOf(difference);
    put(writer, codes[category] ?? 0, lengths[category] ?? 0);
    if (category === 0 || category === 16) continue;
    const bits = difference < 0 ? difference - 1 : difference;
    put(writer, bits & ((1 << category) - 1), category);
  }
}

/** Writes the lowest `count` bits, at most 16, with a zero byte behind each FF (T.81 §F.1.2.3). */
function put(writer: BitWriter, bits: number, count: number): void {
  writer.bits = (writer.bits << count) | bits;
  writer.count += count;
  while (writer.count >= 8) {
    writer.count -= 8;
    const byte = (writer.bits >>> writer.count) & 255;
    writer.bytes[writer.at++] = byte;
    if (byte === 255) writer.bytes[writer.at++] = 0;
  }
  writer.bits &= (1 << writer.count) - 1;
}

function makeRoom(writer: BitWriter, bytes: number): void {
  if (writer.at + bytes <= writer.bytes.length) return;
  const grown = new Uint8Array(writer.bytes.length * 2 + bytes);
  grown.set(writer.bytes.subarray(0, writer.at));
  writer.bytes = grown;
}
