import type { PixelDescription } from '../pixel-description.js';

/** A description of `rows` × `columns` grey pixels of 16 bits; what differs is given. */
export const describe16 = (differs: Partial<PixelDescription> = {}): PixelDescription => ({
  rows: 4,
  columns: 6,
  samplesPerPixel: 1,
  bitsAllocated: 16,
  bitsStored: differs.bitsAllocated ?? 16,
  pixelRepresentation: 0,
  planarConfiguration: 0,
  photometricInterpretation: (differs.samplesPerPixel ?? 1) === 3 ? 'RGB' : 'MONOCHROME2',
  ...differs,
});

/** RLE (PS3.5 Annex G) of native bytes by pixel; runs cross rows, as some encoders let them. */
export function encodeRle(it: PixelDescription, native: Uint8Array): Uint8Array {
  const cellBytes = Math.ceil(it.bitsAllocated / 8);
  const stride = cellBytes * it.samplesPerPixel;
  const segments: Uint8Array[] = [];
  for (let sample = 0; sample < it.samplesPerPixel; sample++)
    for (let byte = cellBytes - 1; byte >= 0; byte--)
      segments.push(packBits(native.filter((_, at) => at % stride === sample * cellBytes + byte)));
  const header = Buffer.alloc(64);
  header.writeUInt32LE(segments.length);
  let offset = header.length;
  for (const [at, segment] of segments.entries()) {
    header.writeUInt32LE(offset, 4 + at * 4);
    offset += segment.length;
  }
  return Buffer.concat([header, ...segments]);
}

function packBits(plane: Uint8Array): Uint8Array {
  const out: number[] = [];
  let at = 0;
  while (at < plane.length) {
    let run = 1;
    while (run < 128 && at + run < plane.length && plane[at + run] === plane[at]) run++;
    if (run > 1) {
      out.push(257 - run, plane[at] ?? 0);
      at += run;
      continue;
    }
    let end = at + 1;
    while (end < plane.length && end - at < 128 && plane[end] !== plane[end - 1]) end++;
    out.push(end - at - 1, ...plane.subarray(at, end));
    at = end;
  }
  if (out.length % 2 === 1) out.push(0);
  return Uint8Array.from(out);
}

/** How the lossless JPEG encoder below is to write. */
export type LosslessChoice = Readonly<{
  predictor: number;
  pointTransform: number;
  restartRows: number;
  precision: number;
  /** One scan for all components, or one for each. */
  isInterleaved: boolean;
}>;

/** Lossless JPEG (T.81 Annex H) of values by pixel, with one Huffman table in which every category has a code of 5 bits. */
export function encodeJpegLossless(
  it: PixelDescription,
  values: readonly number[],
  choice: LosslessChoice,
): Uint8Array {
  const parts = it.samplesPerPixel;
  const ids = Array.from({ length: parts }, (_, at) => at + 1);
  const scans = choice.isInterleaved ? [ids] : ids.map((id) => [id]);
  const bytes = [0xff, 0xd8];
  const categories = Array.from({ length: 17 }, (_, category) => category);
  const counts = Array.from({ length: 16 }, (_, bits) => (bits === 4 ? categories.length : 0));
  segment(bytes, 0xc4, [0, ...counts, ...categories]);
  const sides = [it.rows >> 8, it.rows & 255, it.columns >> 8, it.columns & 255];
  segment(bytes, 0xc3, [choice.precision, ...sides, parts, ...ids.flatMap((id) => [id, 0x11, 0])]);
  const interval = choice.restartRows * it.columns;
  segment(bytes, 0xdd, [interval >> 8, interval & 255]);
  for (const scan of scans) {
    const { predictor, pointTransform } = choice;
    segment(bytes, 0xda, [
      scan.length,
      ...scan.flatMap((id) => [id, 0]),
      predictor,
      0,
      pointTransform,
    ]);
    encodeScan(bytes, it, { values, choice, scan });
  }
  return Uint8Array.from([...bytes, 0xff, 0xd9]);
}

function segment(bytes: number[], marker: number, content: readonly number[]): void {
  const length = content.length + 2;
  bytes.push(0xff, marker, length >> 8, length & 255, ...content);
}

type Scan = Readonly<{
  values: readonly number[];
  choice: LosslessChoice;
  scan: readonly number[];
}>;

function encodeScan(bytes: number[], it: PixelDescription, { values, choice, scan }: Scan): void {
  let bits = '';
  const flush = () => {
    for (const byte of bits.padEnd(Math.ceil(bits.length / 8) * 8, '1').match(/.{8}/g) ?? []) {
      const value = Number.parseInt(byte, 2);
      bytes.push(value, ...(value === 0xff ? [0] : []));
    }
    bits = '';
  };
  for (let row = 0; row < it.rows; row++) {
    const isRestart = row > 0 && choice.restartRows > 0 && row % choice.restartRows === 0;
    if (isRestart) {
      flush();
      bytes.push(0xff, 0xd0 + ((row / choice.restartRows - 1) % 8));
    }
    for (let column = 0; column < it.columns; column++)
      for (const id of scan) {
        const value = (dy: number, dx: number) =>
          (values[((row - dy) * it.columns + column - dx) * it.samplesPerPixel + id - 1] ?? 0) >>
          choice.pointTransform;
        const isFirst = row === 0 || isRestart;
        bits += difference(value(0, 0) - predicted(choice, { value, isFirst, column }));
      }
  }
  flush();
}

type Place = Readonly<{
  value: (dy: number, dx: number) => number;
  isFirst: boolean;
  column: number;
}>;

function predicted(choice: LosslessChoice, { value, isFirst, column }: Place): number {
  if (column === 0)
    return isFirst ? 2 ** (choice.precision - choice.pointTransform - 1) : value(1, 0);
  if (isFirst) return value(0, 1);
  const [left, up, corner] = [value(0, 1), value(1, 0), value(1, 1)];
  const byPredictor = [
    0,
    left,
    up,
    corner,
    left + up - corner,
    left + Math.floor((up - corner) / 2),
    up + Math.floor((left - corner) / 2),
    Math.floor((left + up) / 2),
  ];
  return byPredictor[choice.predictor] ?? 0;
}

/** The code of the category, which is the category itself in 5 bits, and the bits of T.81 table H.2. */
function difference(exact: number): string {
  const wrapped = ((((exact + 32767) % 65536) + 65536) % 65536) - 32767;
  const category =
    wrapped === 32768 ? 16 : Math.abs(wrapped).toString(2).length * Math.sign(Math.abs(wrapped));
  const code = category.toString(2).padStart(5, '0');
  if (category === 0 || category === 16) return code;
  const bits = wrapped > 0 ? wrapped : wrapped + 2 ** category - 1;
  return code + bits.toString(2).padStart(category, '0');
}
