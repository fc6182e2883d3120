import { type BaseBlock, fromBER } from 'asn1js';

/** An ASN.1 value as it was written: `raw` with tag and length, `content` without; `tag` as its class and number. */
export type Der = Readonly<{
  tag: string;
  raw: Buffer;
  content: Buffer;
  parts: readonly Der[];
}>;

/** Tags as `Der` tells them. */
export const TAG = {
  boolean: 'universal 1',
  integer: 'universal 2',
  octets: 'universal 4',
  oid: 'universal 6',
  sequence: 'universal 16',
  set: 'universal 17',
  time: 'universal 24',
} as const;
export const contextTag = (number: number): string => `context ${number}`;

/** Bytes aren't what they should be. */
export class DerFault extends Error {}

const NODES_MAX = 10_000;
const DEPTH_MAX = 40;
const CLASSES = ['', 'universal', 'application', 'context', 'private'];

/** Reads one value and nothing behind it. Throws DerFault. */
export function readDer(bytes: Uint8Array): Der {
  const { offset, result } = parsed(bytes);
  if (offset !== bytes.length) throw new DerFault('not one ASN.1 value');
  return toDer(result);
}

/* The parser throws at some bytes, and tells of others by its offset. */
function parsed(bytes: Uint8Array) {
  const limits = { maxNodes: NODES_MAX, maxDepth: DEPTH_MAX, maxContentLength: bytes.length };
  try {
    return fromBER(bytes, { ...limits, parseEmbedded: false });
  } catch (cause) {
    throw new DerFault('not ASN.1', { cause });
  }
}

function toDer(block: BaseBlock): Der {
  const { tagClass, tagNumber, isConstructed } = block.idBlock;
  const raw = Buffer.from(block.valueBeforeDecodeView);
  const head = block.idBlock.blockLength + block.lenBlock.blockLength;
  const inner: unknown = isConstructed ? Reflect.get(block.valueBlock, 'value') : [];
  if (block.lenBlock.isIndefiniteForm) throw new DerFault('a length is left open');
  return {
    tag: `${CLASSES[tagClass] ?? ''} ${tagNumber}`,
    raw,
    content: raw.subarray(head),
    parts: Array.isArray(inner) ? inner.map((part: BaseBlock) => toDer(part)) : [],
  };
}

/** The part at this place, which must have the tag. Throws DerFault. */
export function partOf(der: Der, index: number, tag: string): Der {
  const part = der.parts[index];
  if (part?.tag !== tag) throw new DerFault(`part ${index} is not ${tag}`);
  return part;
}

/** The first part with the tag. */
export const findPart = (der: Der, tag: string): Der | undefined =>
  der.parts.find((part) => part.tag === tag);

/** The dotted text of an object identifier. Throws DerFault. */
export function oidOf({ tag, content }: Der): string {
  if (tag !== TAG.oid) throw new DerFault('not an object identifier');
  const numbers: bigint[] = [];
  let number = 0n;
  for (const byte of content) {
    number = number * 128n + BigInt(byte & 0x7f);
    if (byte < 0x80) {
      numbers.push(number);
      number = 0n;
    }
  }
  const [first = 0n, ...others] = numbers;
  const root = first < 80n ? first / 40n : 2n;
  return [root, first - root * 40n, ...others].join('.');
}

/** Writes a constructed value. */
export const constructed = (tag: number, ...parts: readonly Uint8Array[]): Buffer =>
  written(tag, Buffer.concat(parts));
export const sequence = (...parts: readonly Uint8Array[]): Buffer => constructed(0x30, ...parts);
export const octets = (bytes: Uint8Array): Buffer => written(0x04, bytes);

/** A whole number that isn't negative, as its bytes say it. */
export function wholeNumber(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const value = bytes.subarray(start);
  const isHigh = (value[0] ?? 0) >= 0x80;
  return written(0x02, Buffer.concat([Buffer.alloc(isHigh ? 1 : 0), value]));
}

function written(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  if (length < 0x80) return Buffer.concat([Buffer.of(tag, length), content]);
  const bytes = Buffer.from(length.toString(16).padStart(8, '0'), 'hex');
  const value = bytes.subarray(bytes.findIndex((byte) => byte !== 0));
  return Buffer.concat([Buffer.of(tag, 0x80 | value.length), value, content]);
}
