import type { Random } from '../../simulation/long/seeded-random.js';
import { type Site, sitesOf } from './elements.js';
import { CHARACTER_SETS, NUMBERS, TAGS, TEXTS, TRANSFER_SYNTAXES, VRS } from './lies.js';

const CHANGES_MAX = 4;
const VALUE_BYTES_MAX = 64 * 1024;

type Change = (random: Random, bytes: Buffer, site: Site) => Buffer;

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[random(values.length)] as Value;

const replaced = (bytes: Buffer, start: number, end: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);

const otherLength: Change = (random, bytes, { lengthAt, lengthBytes, valueAt, length }) => {
  const rest = bytes.length - valueAt;
  const lengths = [0, 1, 2, 0xffff, 0xfffe, 0x7fffffff, 0xfffffffe, 0xffffffff, rest, rest + 1];
  const wrong = pick(random, [...lengths, length + 1, length + 2, length - 1, random(65536)]);
  if (lengthAt + lengthBytes > bytes.length) return bytes;
  bytes.writeUIntLE(Math.max(0, wrong) % 2 ** (8 * lengthBytes), lengthAt, lengthBytes);
  return bytes;
};

const otherVr: Change = (random, bytes, { at, vr }) => {
  if (vr !== '') bytes.write(pick(random, VRS), at + 4, 'latin1');
  return bytes;
};

const otherTag: Change = (random, bytes, { at }) => {
  const tag = pick(random, TAGS);
  bytes.writeUInt16LE(tag >>> 16, at);
  bytes.writeUInt16LE(tag & 0xffff, at + 2);
  return bytes;
};

/* The length is put right: the value alone lies. */
const otherValue: Change = (random, bytes, site) => {
  const { lengthAt, lengthBytes, valueAt, length } = site;
  if (length === 0xffffffff || valueAt + length > bytes.length) return bytes;
  const value = lie(random, site);
  const padded = value.length % 2 === 0 ? value : Buffer.concat([value, Buffer.from(' ')]);
  if (padded.length >= 2 ** (8 * lengthBytes) - 1) return bytes;
  bytes.writeUIntLE(padded.length, lengthAt, lengthBytes);
  return replaced(bytes, valueAt, valueAt + length, padded);
};

function lie(random: Random, { tag, vr }: Site): Buffer {
  if (tag === 0x00020010) return Buffer.from(pick(random, TRANSFER_SYNTAXES));
  if (tag === 0x00080005) return Buffer.from(pick(random, CHARACTER_SETS));
  const number = pick(random, NUMBERS);
  if (vr === 'US' || vr === 'SS') return word16(Number(number));
  if (vr === 'UL' || vr === 'SL')
    return Buffer.concat([word16(Number(number)), word16(random(65536))]);
  if (random(3) === 0) return Buffer.from(number);
  const text = pick(random, TEXTS);
  return random(8) === 0 ? Buffer.alloc(Math.min(VALUE_BYTES_MAX, text.length * 3000), text) : text;
}

const word16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Number.isFinite(value) ? Math.abs(Math.trunc(value)) % 65536 : 65535);
  return bytes;
};

const spanOf = (bytes: Buffer, { at, valueAt, length }: Site): Buffer =>
  bytes.subarray(at, length === 0xffffffff ? valueAt : Math.min(bytes.length, valueAt + length));

const gone: Change = (_random, bytes, site) =>
  replaced(bytes, site.at, site.at + spanOf(bytes, site).length, Buffer.alloc(0));

const twice: Change = (_random, bytes, site) =>
  replaced(bytes, site.at, site.at, Buffer.from(spanOf(bytes, site)));

const delimiter: Change = (random, bytes, { at }) => {
  const marker = Buffer.alloc(8);
  const tag = pick(random, [0xfffee000, 0xfffee00d, 0xfffee0dd]);
  marker.writeUInt16LE(tag >>> 16, 0);
  marker.writeUInt16LE(tag & 0xffff, 2);
  marker.writeUInt32LE(pick(random, [0, 8, 0xffffffff, random(65536)]), 4);
  return replaced(bytes, at, at, marker);
};

/* A sequence that nothing closes begins here. */
const opened: Change = (random, bytes, { at }) => {
  const open = Buffer.from([
    8, 0, 0x40, 0x11, 0x53, 0x51, 0, 0, 255, 255, 255, 255, 254, 255, 0, 224, 255, 255, 255, 255,
  ]);
  return replaced(bytes, at, at, Buffer.concat(new Array(1 + random(80)).fill(open)));
};

const CHANGES = [
  otherLength,
  otherLength,
  otherVr,
  otherTag,
  otherValue,
  otherValue,
  otherValue,
  gone,
  twice,
  delimiter,
  opened,
];
/** Attributes that everything hangs on are chosen more often than their number would have it. */
const WEIGHTY = [
  0x00020010, 0x00080005, 0x00080018, 0x0020000d, 0x00280002, 0x00280004, 0x00280006, 0x00280008,
  0x00280010, 0x00280011, 0x00280100, 0x00280101, 0x00280103, 0x7fe00001, 0x7fe00002, 0x7fe00010,
];

/** Elements whose length, VR, tag or value is other, which are gone, doubled, or between delimiters that don't belong there. */
export function changeElements(random: Random, input: Buffer): Buffer {
  let bytes = Buffer.from(input);
  for (let left = 1 + random(CHANGES_MAX); left > 0; left--) {
    const sites = sitesOf(bytes).filter(({ valueAt }) => valueAt <= bytes.length);
    const weighty = sites.filter(({ tag }) => WEIGHTY.includes(tag));
    const from = weighty.length > 0 && random(2) === 0 ? weighty : sites;
    const site = from[random(from.length)];
    if (site === undefined) return bytes;
    bytes = Buffer.from((CHANGES[random(CHANGES.length)] ?? gone)(random, bytes, site));
  }
  return bytes;
}
