import type { Vr } from '../vr.js';
import { traitsOf } from '../vr.js';

/** Bytes that wait to be given out; a piece of at most OUTPUT_BYTES at a time. */
export type Output = { buffer: Buffer; length: number };

/** Size of a piece of output, and of a read; a multiple of the longest word (8 bytes). */
export const OUTPUT_BYTES = 256 * 1024;

/** Values up to here are copied whole into the output; longer ones pass through piece by piece. */
export const SMALL_BYTES = 64 * 1024;

const HEADER_BYTES_MAX = 12;
const SHORT_LENGTH_MAX = 0xfffe;

export const newOutput = (): Output => ({ buffer: Buffer.allocUnsafe(OUTPUT_BYTES), length: 0 });

/** Whether one more small element, padded, and a delimiter fit. */
export const hasRoom = (output: Output): boolean =>
  output.length + SMALL_BYTES + 3 * HEADER_BYTES_MAX <= OUTPUT_BYTES;

/** Takes what waits; the memory is the taker's. */
export function take(output: Output): Buffer {
  const taken = output.buffer.subarray(0, output.length);
  output.buffer = Buffer.allocUnsafe(OUTPUT_BYTES);
  output.length = 0;
  return taken;
}

/** Writes the header of an element in Explicit VR Little Endian (PS3.5 §7.1.2); a value too long for its VR's length field becomes UN (§6.2.2). */
export function writeHeader(output: Output, tag: number, vr: Vr, length: number): void {
  const { buffer } = output;
  const at = output.length;
  const isLong = traitsOf(vr)?.longLength === true;
  const written = !isLong && length > SHORT_LENGTH_MAX ? 'UN' : vr;
  writeTag(buffer, tag, at);
  buffer.write(written, at + 4, 'latin1');
  if (isLong || written === 'UN') {
    buffer.writeUInt16LE(0, at + 6);
    buffer.writeUInt32LE(length, at + 8);
    output.length += 12;
    return;
  }
  buffer.writeUInt16LE(length, at + 6);
  output.length += 8;
}

/** Writes an item or delimiter, which have no VR (PS3.5 §7.5). */
export function writeItem(output: Output, tag: number, length: number): void {
  writeTag(output.buffer, tag, output.length);
  output.buffer.writeUInt32LE(length, output.length + 4);
  output.length += 8;
}

function writeTag(buffer: Buffer, tag: number, at: number): void {
  buffer.writeUInt16LE(tag >>> 16, at);
  buffer.writeUInt16LE(tag & 0xffff, at + 2);
}

/** Appends a small value, its words of `wordBytes` swapped when told, and pads it to even length (PS3.5 §7.1.1). */
export function writeValue(output: Output, vr: Vr, bytes: Uint8Array, wordBytes: number): void {
  const start = output.length;
  output.buffer.set(bytes, start);
  output.length += bytes.length;
  swapWords(output.buffer.subarray(start, output.length), wordBytes);
  if (bytes.length % 2 === 1) output.buffer[output.length++] = paddingOf(vr);
}

/** What fills a value of odd length (PS3.5 §6.2). */
export function paddingOf(vr: Vr): number {
  const kind = traitsOf(vr)?.kind;
  const isText = kind !== 'binary' && kind !== 'number' && kind !== 'tag' && vr !== 'UI';
  return isText ? 0x20 : 0;
}

/** Reverses the bytes of each whole word in place; 1 leaves them. */
export function swapWords(bytes: Buffer, wordBytes: number): void {
  const words = bytes.subarray(0, bytes.length - (bytes.length % wordBytes));
  if (wordBytes === 2) words.swap16();
  if (wordBytes === 4) words.swap32();
  if (wordBytes === 8) words.swap64();
}
