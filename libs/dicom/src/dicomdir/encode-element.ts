import type { DicomJson, JsonElement, JsonValue, PersonName } from '../dicom-json.js';
import { paddingOf } from '../transcode/output.js';
import { traitsOf, type Vr } from '../vr.js';

const SHORT_LENGTH_MAX = 0xfffe;
/** Sequences within sequences; a directory record needs few. */
const DEPTH_MAX = 16;

/** A data set in Explicit VR Little Endian (PS3.5 §7.1.2), text in UTF-8. Values that are told by an address alone are left out. */
export function encodeDataSet(dataSet: DicomJson, depth = 0): Buffer {
  if (depth > DEPTH_MAX) return Buffer.alloc(0);
  const tags = Object.keys(dataSet).sort();
  return Buffer.concat(
    tags.map((tag) => {
      const element = dataSet[tag];
      return element === undefined || element.BulkDataURI !== undefined
        ? Buffer.alloc(0)
        : encodeElement(Number.parseInt(tag, 16), element, depth);
    }),
  );
}

/** An item, or a sequence's delimiter-free content, with its length (PS3.5 §7.5). */
export function encodeItem(content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(ITEM, 0);
  head.writeUInt32LE(content.length, 4);
  return Buffer.concat([head, content]);
}

const ITEM = 0xe000fffe;

function encodeElement(tag: number, element: JsonElement, depth: number): Buffer {
  const traits = traitsOf(element.vr) ?? traitsOf('UN');
  if (traits === undefined) throw new Error('UN is a VR');
  const value = padded(valueBytes(element, traits.vr, depth), traits.vr);
  return Buffer.concat([encodeHead(tag, traits.vr, value.length), value]);
}

/** The head of an element; a value too long for its VR becomes UN (PS3.5 §6.2.2). */
export function encodeHead(tag: number, vr: Vr, length: number): Buffer {
  const isLong = traitsOf(vr)?.longLength === true;
  const written = !isLong && length > SHORT_LENGTH_MAX ? 'UN' : vr;
  const head = Buffer.alloc(isLong || written === 'UN' ? 12 : 8);
  head.writeUInt16LE(tag >>> 16, 0);
  head.writeUInt16LE(tag & 0xffff, 2);
  head.write(written, 4, 'latin1');
  if (head.length === 12) head.writeUInt32LE(length, 8);
  else head.writeUInt16LE(length, 6);
  return head;
}

const padded = (value: Buffer, vr: Vr): Buffer =>
  value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.of(paddingOf(vr))]);

function valueBytes({ Value = [], InlineBinary }: JsonElement, vr: Vr, depth: number): Buffer {
  if (vr === 'SQ')
    return Buffer.concat(
      Value.map((item) => encodeItem(encodeDataSet((item ?? {}) as DicomJson, depth + 1))),
    );
  if (InlineBinary !== undefined) return Buffer.from(InlineBinary, 'base64');
  const write = NUMBERS[vr];
  if (write !== undefined) return Buffer.concat(Value.map((value) => write(value)));
  return Buffer.from(Value.map((value) => textOf(value, vr)).join('\\'));
}

function textOf(value: JsonValue, vr: Vr): string {
  if (value === null) return '';
  if (vr !== 'PN' || typeof value !== 'object') return String(value);
  const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as PersonName;
  return [Alphabetic, Ideographic, Phonetic].join('=').replace(/=+$/, '');
}

const number =
  (bytes: number, write: (buffer: Buffer, value: number) => unknown) =>
  (value: JsonValue): Buffer => {
    const buffer = Buffer.alloc(bytes);
    write(buffer, Number(value));
    return buffer;
  };

const NUMBERS: Readonly<Partial<Record<Vr, (value: JsonValue) => Buffer>>> = {
  US: number(2, (buffer, value) => buffer.writeUInt16LE(value & 0xffff)),
  SS: number(2, (buffer, value) => buffer.writeUInt16LE(value & 0xffff)),
  UL: number(4, (buffer, value) => buffer.writeUInt32LE(value >>> 0)),
  SL: number(4, (buffer, value) => buffer.writeInt32LE(value | 0)),
  FL: number(4, (buffer, value) => buffer.writeFloatLE(value)),
  FD: number(8, (buffer, value) => buffer.writeDoubleLE(value)),
  UV: number(8, (buffer, value) => buffer.writeBigUInt64LE(wide(value))),
  SV: number(8, (buffer, value) => buffer.writeBigUInt64LE(wide(value))),
  AT: (value) => {
    const tag = Number.parseInt(String(value), 16) >>> 0;
    return Buffer.concat([
      number(2, (b) => b.writeUInt16LE(tag >>> 16))(0),
      number(2, (b) => b.writeUInt16LE(tag & 0xffff))(0),
    ]);
  },
};

const wide = (value: number): bigint =>
  Number.isFinite(value) ? BigInt.asUintN(64, BigInt(Math.trunc(value))) : 0n;
