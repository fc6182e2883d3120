import type { FrameIndex, FrameRange } from './frame-index.js';

/**
 * A frame index as it is kept in JSON. `n`: native, offset, bytes and frames (and bits where frames are bit-packed).
 * `e`: base64 of variable-length numbers, for each fragment its length × 2 (+ 1 when it begins a frame) and its distance
 * from the end of the one before, less the 8 bytes of an item header.
 */
export type EncodedFrameIndex =
  | readonly ['n', number, number, number]
  | readonly ['n', number, number, number, number]
  | readonly ['e', string];

const ITEM_HEADER_BYTES = 8;

/** The compact form: about six characters for a frame of one fragment. */
export const encodeFrameIndex = (index: FrameIndex): EncodedFrameIndex => {
  if (index.kind === 'native') {
    const { offset, frameBytes, frames, frameBits } = index;
    return frameBits === undefined
      ? ['n', offset, frameBytes, frames]
      : ['n', offset, frameBytes, frames, frameBits];
  }
  const bytes: number[] = [];
  let end = -ITEM_HEADER_BYTES;
  for (const frame of index.frames) {
    frame.forEach(([offset, length], i) => {
      pushNumber(bytes, length * 2 + (i === 0 ? 1 : 0));
      pushNumber(bytes, zigzag(offset - end - ITEM_HEADER_BYTES));
      end = offset + length;
    });
  }
  return ['e', Buffer.from(bytes).toString('base64')];
};

/** What `encodeFrameIndex` was given. */
export const decodeFrameIndex = (encoded: EncodedFrameIndex): FrameIndex => {
  if (encoded[0] === 'n') {
    const [, offset, frameBytes, frames, frameBits] = encoded;
    const packed = frameBits === undefined ? {} : { frameBits };
    return { kind: 'native', offset, frameBytes, frames, ...packed };
  }
  const next = numbersOf(Buffer.from(encoded[1], 'base64'));
  const frames: FrameRange[][] = [];
  let end = -ITEM_HEADER_BYTES;
  for (let head = next(); head !== undefined; head = next()) {
    const length = Math.floor(head / 2);
    const offset = end + ITEM_HEADER_BYTES + unzigzag(next() ?? 0);
    if (head % 2 === 1) frames.push([]);
    frames.at(-1)?.push([offset, length]);
    end = offset + length;
  }
  return { kind: 'encapsulated', frames };
};

/** Seven bits a byte, lowest first, as arithmetic: offsets pass 32 bits. */
const pushNumber = (bytes: number[], value: number): void => {
  let rest = value;
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) + 0x80);
    rest = Math.floor(rest / 0x80);
  }
  bytes.push(rest);
};

const numbersOf = (bytes: Buffer): (() => number | undefined) => {
  let at = 0;
  return () => {
    if (at >= bytes.length) return undefined;
    let value = 0;
    let factor = 1;
    for (;;) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte % 0x80) * factor;
      if (byte < 0x80) return value;
      factor *= 0x80;
    }
  };
};

const zigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);
const unzigzag = (value: number) => (value % 2 === 1 ? -(value + 1) / 2 : value / 2);
