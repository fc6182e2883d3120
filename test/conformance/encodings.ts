import { type Attributes, part10 } from '../support/part10.js';

const EXPLICIT_BIG_ENDIAN = '1.2.840.10008.1.2.2';
/* Preamble, DICM and the group length element; the length of the rest stands in its value. */
const META_LENGTH_AT = 128 + 4 + 8;
const META_AT = META_LENGTH_AT + 4;

const metaEnd = (file: Buffer) => META_AT + file.readUInt32LE(META_LENGTH_AT);

/** These attributes in Explicit VR Little Endian, without a file around them. */
export function dataSetOf(attributes: Attributes): Buffer<ArrayBuffer> {
  const file = part10(attributes);
  return Buffer.from(file.subarray(metaEnd(file)));
}

/** A sequence value (PS3.5 §7.5): one item of defined length for each of these. */
export function items(...sets: readonly Attributes[]): Buffer<ArrayBuffer> {
  return Buffer.concat(
    sets.map((attributes) => {
      const bytes = dataSetOf(attributes);
      const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
      head.writeUInt32LE(bytes.length, 4);
      return Buffer.concat([head, bytes]);
    }),
  );
}

/** A file of these attributes in the retired Explicit VR Big Endian; they hold text, US and OW only. */
export function asBigEndian(attributes: Attributes): Buffer<ArrayBuffer> {
  const file = part10(attributes, { '00020010': ['UI', EXPLICIT_BIG_ENDIAN] });
  const start = metaEnd(file);
  for (let at = start; at < file.length; ) at = turnElement(file, at);
  return Buffer.from(file);
}

/* Turns one element around where it stands, and gives the offset of the next. */
function turnElement(file: Buffer, at: number): number {
  const vr = file.toString('latin1', at + 4, at + 6);
  const long = vr === 'OW';
  const length = long ? file.readUInt32LE(at + 8) : file.readUInt16LE(at + 6);
  const value = at + (long ? 12 : 8);
  file.subarray(at, at + 4).swap16();
  if (long) file.subarray(at + 8, at + 12).swap32();
  else file.subarray(at + 6, at + 8).swap16();
  if (vr === 'US' || vr === 'OW') file.subarray(value, value + length).swap16();
  return value + length;
}

/** A file whose data set ends in `depth` sequences, each in the item of the one before, all of undefined length. */
export function nested(attributes: Attributes, depth: number): Buffer<ArrayBuffer> {
  const opening = Buffer.concat([
    element(0x0040, 0xa730, 'SQ'),
    Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0xff, 0xff, 0xff, 0xff]),
  ]);
  const closing = Buffer.from([
    0xfe, 0xff, 0x0d, 0xe0, 0, 0, 0, 0, 0xfe, 0xff, 0xdd, 0xe0, 0, 0, 0, 0,
  ]);
  return Buffer.concat([
    part10(attributes),
    Buffer.alloc(opening.length * depth, opening),
    Buffer.alloc(closing.length * depth, closing),
  ]);
}

function element(group: number, number: number, vr: string): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16LE(group, 0);
  head.writeUInt16LE(number, 2);
  head.write(vr, 4, 'latin1');
  head.writeUInt32LE(0xffffffff, 8);
  return head;
}
