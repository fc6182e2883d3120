/** Explicit VR Little Endian: the only data set encoding the bench writes. */
export const Syntax = {
  explicitLittle: '1.2.840.10008.1.2.1',
  jpegLsLossless: '1.2.840.10008.1.2.4.80',
  jpeg2000Lossless: '1.2.840.10008.1.2.4.90',
};

/** VRs with a 32-bit length after two reserved bytes (PS3.5 §7.1.2). */
const longLength = new Set(['OB', 'OW', 'SQ', 'UN', 'UT']);
const undefinedLength = 0xffffffff;

/** One element: `value` is text (components joined by a backslash), numbers, bytes, or for SQ a list of item bytes. */
export function element(tag, vr, value) {
  const bytes = valueBytes(vr, value);
  const head = elementHead(tag, vr, bytes.length);
  return Buffer.concat([head, bytes]);
}

/** A data set from `[tag, vr, value]` triples, put in tag order. */
export function dataSet(elements) {
  const sorted = [...elements].sort(([a], [b]) => a - b);
  return Buffer.concat(sorted.map(([tag, vr, value]) => element(tag, vr, value)));
}

/** Preamble, prefix and file meta group (PS3.10 §7.1). */
export function fileMeta({ sopClass, instance, syntax }) {
  const group = dataSet([
    [0x00020001, 'OB', Buffer.from([0, 1])],
    [0x00020002, 'UI', sopClass],
    [0x00020003, 'UI', instance],
    [0x00020010, 'UI', syntax],
    [0x00020012, 'UI', '2.25.148912391281237122312873123'],
    [0x00020013, 'SH', 'ARKIM_BENCH_1'],
  ]);
  const length = element(0x00020000, 'UL', [group.length]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), length, group]);
}

/** What stands before native pixel bytes: the header of Pixel Data, 16 bits allocated. */
export function nativePixelHead(length) {
  return elementHead(0x7fe00010, 'OW', length);
}

/** What stands before and after one encapsulated frame in one fragment, with a basic offset table (PS3.5 §A.4). */
export function encapsulatedFrame(length) {
  const pad = length % 2;
  const before = Buffer.concat([
    elementHead(0x7fe00010, 'OB', undefinedLength),
    itemHead(4),
    Buffer.alloc(4),
    itemHead(length + pad),
  ]);
  const after = Buffer.concat([Buffer.alloc(pad), Buffer.from('feffdde000000000', 'hex')]);
  return { before, after };
}

function elementHead(tag, vr, length) {
  const head = Buffer.alloc(longLength.has(vr) ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(vr, 4, 'latin1');
  if (longLength.has(vr)) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return head;
}

function itemHead(length) {
  const head = Buffer.from('feff00e000000000', 'hex');
  head.writeUInt32LE(length, 4);
  return head;
}

const numbers = {
  US: (value) => Buffer.from(Uint16Array.from(value).buffer),
  SS: (value) => Buffer.from(Int16Array.from(value).buffer),
  UL: (value) => Buffer.from(Uint32Array.from(value).buffer),
  FD: (value) => Buffer.from(Float64Array.from(value).buffer),
};

function valueBytes(vr, value) {
  if (Buffer.isBuffer(value)) return value;
  if (vr === 'SQ') return Buffer.concat(value.flatMap((item) => [itemHead(item.length), item]));
  if (vr in numbers) return numbers[vr](value);
  const pad = vr === 'UI' ? '\0' : ' ';
  return Buffer.from(value.length % 2 === 0 ? value : value + pad, 'latin1');
}
