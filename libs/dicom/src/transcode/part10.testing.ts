import type { Encoding } from '../element.js';
import { Tag } from '../tag.js';
import { traitsOf, type Vr } from '../vr.js';
import { swapWords } from './output.js';

/** An element of a data set to write: bytes in little endian, or the items of a sequence. */
export type Built = Readonly<{
  tag: number;
  vr: Vr;
  value: Uint8Array | readonly (readonly Built[])[];
}>;

export const text = (tag: number, vr: Vr, value: string): Built => ({
  tag,
  vr,
  value: Buffer.from(
    value.length % 2 === 0 ? value : `${value}${vr === 'UI' ? '\0' : ' '}`,
    'latin1',
  ),
});

export const us = (tag: number, ...values: number[]): Built => ({
  tag,
  vr: 'US',
  value: Uint8Array.from(values.flatMap((value) => [value & 255, (value >> 8) & 255])),
});

export const sequence = (tag: number, ...items: (readonly Built[])[]): Built => ({
  tag,
  vr: 'SQ',
  value: items,
});

/** How sequences and items say where they end. */
export type Ends = 'defined' | 'delimited';

const UNDEFINED = 0xffffffff;

/** A data set as PS3.5 §7.1 writes it. */
export function dataSetBytes(elements: readonly Built[], encoding: Encoding, ends: Ends): Buffer {
  return Buffer.concat(elements.map((element) => elementBytes(element, encoding, ends)));
}

function elementBytes({ tag, vr, value }: Built, encoding: Encoding, ends: Ends): Buffer {
  if (value instanceof Uint8Array) {
    const bytes = Buffer.from(value);
    if (encoding.bigEndian) swapWords(bytes, traitsOf(vr)?.wordBytes ?? 1);
    return Buffer.concat([header(tag, vr, bytes.length, encoding), bytes]);
  }
  const items = value.map((item) => itemBytes(dataSetBytes(item, encoding, ends), encoding, ends));
  const content = Buffer.concat(items);
  if (ends === 'defined')
    return Buffer.concat([header(tag, vr, content.length, encoding), content]);
  const end = itemHeader(Tag.SequenceDelimitationItem, 0, encoding);
  return Buffer.concat([header(tag, vr, UNDEFINED, encoding), content, end]);
}

function itemBytes(content: Buffer, encoding: Encoding, ends: Ends): Buffer {
  if (ends === 'defined')
    return Buffer.concat([itemHeader(Tag.Item, content.length, encoding), content]);
  const end = itemHeader(Tag.ItemDelimitationItem, 0, encoding);
  return Buffer.concat([itemHeader(Tag.Item, UNDEFINED, encoding), content, end]);
}

function header(tag: number, vr: Vr, length: number, encoding: Encoding): Buffer {
  if (!encoding.explicit) return itemHeader(tag, length, encoding);
  const isLong = traitsOf(vr)?.longLength === true;
  const bytes = Buffer.alloc(isLong ? 12 : 8);
  itemHeader(tag, 0, encoding).copy(bytes, 0, 0, 4);
  bytes.write(vr, 4, 'latin1');
  if (isLong) writeLong(bytes, length, 8, encoding);
  else if (encoding.bigEndian) bytes.writeUInt16BE(length, 6);
  else bytes.writeUInt16LE(length, 6);
  return bytes;
}

function itemHeader(tag: number, length: number, encoding: Encoding): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  if (encoding.bigEndian) bytes.subarray(0, 4).swap16();
  writeLong(bytes, length, 4, encoding);
  return bytes;
}

function writeLong(bytes: Buffer, value: number, at: number, { bigEndian }: Encoding): void {
  if (bigEndian) bytes.writeUInt32BE(value, at);
  else bytes.writeUInt32LE(value, at);
}

const EXPLICIT: Encoding = { explicit: true, bigEndian: false };

/** Preamble, prefix and file meta information for a data set in `transferSyntax`. */
export function fileMetaBytes(transferSyntax: string): Buffer {
  const rest = dataSetBytes(
    [
      text(0x00020002, 'UI', '1.2.3'),
      text(Tag.TransferSyntaxUID, 'UI', transferSyntax),
      text(0x00020016, 'AE', 'SENDER'),
    ],
    EXPLICIT,
    'defined',
  );
  const length = Uint8Array.of(rest.length & 255, rest.length >> 8, 0, 0);
  const first = dataSetBytes([{ tag: 0x00020000, vr: 'UL', value: length }], EXPLICIT, 'defined');
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), first, rest]);
}

/** Encapsulated Pixel Data of one fragment each (PS3.5 §A.4), with an empty offset table. */
export function encapsulated(frames: readonly Uint8Array[]): Buffer {
  const item = (bytes: Uint8Array) => {
    const padded = Buffer.alloc(bytes.length + (bytes.length % 2));
    padded.set(bytes);
    return Buffer.concat([itemHeader(Tag.Item, padded.length, EXPLICIT), padded]);
  };
  return Buffer.concat([
    header(Tag.PixelData, 'OB', UNDEFINED, EXPLICIT),
    item(new Uint8Array()),
    ...frames.map(item),
    itemHeader(Tag.SequenceDelimitationItem, 0, EXPLICIT),
  ]);
}
