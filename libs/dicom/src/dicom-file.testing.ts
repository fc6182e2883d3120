import type { Encoding } from './element.js';
import { EXPLICIT_LITTLE_ENDIAN, UNDEFINED_LENGTH } from './element.js';
import type { HeaderLimits } from './limits.js';
import { type Header, type HeaderResult, readHeader } from './read-header.js';
import { TransferSyntaxUid, transferSyntaxOf } from './transfer-syntax.js';
import { traitsOf, type Vr } from './vr.js';

/** Text goes as Latin-1, numbers by the VR; `fragments` become encapsulated items, the first the Basic Offset Table. */
export type TestValue =
  | string
  | Buffer
  | readonly number[]
  | Readonly<{ items: readonly TestDataSet[]; delimited?: boolean }>
  | Readonly<{ fragments: readonly Buffer[] }>;

export type TestElement = readonly [tag: number, vr: Vr, value: TestValue];
export type TestDataSet = readonly TestElement[];

/** The bytes of a data set, elements in the given order. */
export const dataSetBytes = (dataSet: TestDataSet, encoding: Encoding): Buffer =>
  Buffer.concat(dataSet.map((element) => elementBytes(element, encoding)));

const elementBytes = ([tag, vr, value]: TestElement, encoding: Encoding): Buffer => {
  if (typeof value === 'object' && 'items' in value) {
    const items = value.items.map((item) => itemBytes(item, value.delimited === true, encoding));
    const content = Buffer.concat(items);
    return value.delimited === true
      ? Buffer.concat([
          headerBytes(tag, vr, UNDEFINED_LENGTH, encoding),
          content,
          marker(0xfffee0dd, 0, encoding),
        ])
      : Buffer.concat([headerBytes(tag, vr, content.length, encoding), content]);
  }
  if (typeof value === 'object' && 'fragments' in value) {
    const items = value.fragments.flatMap((bytes) => [
      marker(0xfffee000, bytes.length, encoding),
      bytes,
    ]);
    const end = marker(0xfffee0dd, 0, encoding);
    return Buffer.concat([headerBytes(tag, vr, UNDEFINED_LENGTH, encoding), ...items, end]);
  }
  const bytes = valueBytes(vr, value, encoding.bigEndian);
  return Buffer.concat([headerBytes(tag, vr, bytes.length, encoding), bytes]);
};

const itemBytes = (item: TestDataSet, delimited: boolean, encoding: Encoding): Buffer => {
  const content = dataSetBytes(item, encoding);
  return delimited
    ? Buffer.concat([
        marker(0xfffee000, UNDEFINED_LENGTH, encoding),
        content,
        marker(0xfffee00d, 0, encoding),
      ])
    : Buffer.concat([marker(0xfffee000, content.length, encoding), content]);
};

/** An item tag or delimiter with its length. */
export const marker = (tag: number, length: number, encoding: Encoding): Buffer =>
  Buffer.concat([tagBytes(tag, encoding.bigEndian), wordBytes(length, 4, encoding.bigEndian)]);

/** An element header, whatever the length says. */
export const headerBytes = (
  tag: number,
  vr: string,
  length: number,
  encoding: Encoding,
): Buffer => {
  const { bigEndian } = encoding;
  if (!encoding.explicit) return marker(tag, length, encoding);
  const name = [tagBytes(tag, bigEndian), Buffer.from(vr, 'latin1')];
  return traitsOf(vr)?.longLength === true
    ? Buffer.concat([...name, Buffer.alloc(2), wordBytes(length, 4, bigEndian)])
    : Buffer.concat([...name, wordBytes(length, 2, bigEndian)]);
};

const tagBytes = (tag: number, bigEndian: boolean) =>
  Buffer.concat([wordBytes(tag >>> 16, 2, bigEndian), wordBytes(tag & 0xffff, 2, bigEndian)]);

const wordBytes = (value: number, bytes: number, bigEndian: boolean): Buffer => {
  const word = Buffer.alloc(bytes);
  if (bigEndian) word.writeUIntBE(value, 0, bytes);
  else word.writeUIntLE(value, 0, bytes);
  return word;
};

const valueBytes = (
  vr: Vr,
  value: string | Buffer | readonly number[],
  bigEndian: boolean,
): Buffer => {
  if (Buffer.isBuffer(value)) return value;
  if (typeof value === 'string') {
    const padding = vr === 'UI' ? '\0' : ' ';
    return Buffer.from(value.length % 2 === 0 ? value : value + padding, 'latin1');
  }
  return Buffer.concat(
    (value as readonly number[]).map((number) => numberBytes(vr, number, bigEndian)),
  );
};

const numberBytes = (vr: Vr, value: number, bigEndian: boolean): Buffer => {
  if (vr === 'AT') return tagBytes(value, bigEndian);
  const little = Buffer.alloc(traitsOf(vr)?.wordBytes ?? 1);
  if (vr === 'FL') little.writeFloatLE(value);
  else if (vr === 'FD') little.writeDoubleLE(value);
  else if (little.length === 8) little.writeBigInt64LE(BigInt(value));
  else if (value < 0) little.writeIntLE(value, 0, little.length);
  else little.writeUIntLE(value, 0, little.length);
  return bigEndian ? little.reverse() : little;
};

/** File Meta Information with a right group length (PS3.10 §7.1). */
export const fileMetaBytes = (transferSyntax: string): Buffer => {
  const rest = dataSetBytes(
    [
      [0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.7'],
      [0x00020010, 'UI', transferSyntax],
    ],
    EXPLICIT_LITTLE_ENDIAN,
  );
  const length: TestDataSet = [[0x00020000, 'UL', [rest.length]]];
  return Buffer.concat([dataSetBytes(length, EXPLICIT_LITTLE_ENDIAN), rest]);
};

const PREAMBLE = Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);

/** A whole file; the data set is written as the transfer syntax asks, but not deflated. */
export const fileBytes = (
  dataSet: TestDataSet,
  transferSyntax: string = TransferSyntaxUid.ExplicitVRLittleEndian,
): Buffer => {
  const encoding = transferSyntaxOf(transferSyntax)?.encoding ?? EXPLICIT_LITTLE_ENDIAN;
  return fileWith(dataSetBytes(dataSet, encoding), transferSyntax);
};

/** A whole file around the bytes of a data set. */
export const fileWith = (
  bytes: Buffer,
  transferSyntax: string = TransferSyntaxUid.ExplicitVRLittleEndian,
): Buffer => Buffer.concat([PREAMBLE, fileMetaBytes(transferSyntax), bytes]);

/** Reads from memory; `reads` collects the ranges that were asked for. */
export const readBytes = (
  bytes: Buffer,
  limits: Partial<HeaderLimits> = {},
  reads: [number, number][] = [],
): Promise<HeaderResult> =>
  readHeader(
    {
      length: bytes.length,
      read: async (start, end) => {
        reads.push([start, end]);
        return bytes.subarray(start, end);
      },
    },
    limits,
  );

/** The header of bytes that have one. */
export const headerOf = async (
  bytes: Buffer,
  limits: Partial<HeaderLimits> = {},
): Promise<Header> => {
  const result = await readBytes(bytes, limits);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.header;
};
