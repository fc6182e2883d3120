import type { CharacterSet } from './character-set.js';
import type { JsonElement, JsonValue, PersonName } from './dicom-json.js';
import type { OddityReason } from './read-error.js';
import { traitsOf, type Vr } from './vr.js';

/** What the meaning of a value's bytes depends on; `note` is told what is odd about them. */
export type ValueContext = Readonly<{
  characterSet: CharacterSet;
  bigEndian: boolean;
  note: (reason: OddityReason) => void;
}>;

/** The attribute of the DICOM JSON Model for a value that is no sequence; bytes that don't fit their VR come back as `UN`. */
export const readValue = (vr: Vr, bytes: Buffer, context: ValueContext): JsonElement => {
  if (bytes.length === 0) return { vr };
  switch (traitsOf(vr)?.kind) {
    case 'ascii':
      return withValues(vr, splitAscii(asciiText(vr, bytes)));
    case 'decimal':
      return withValues(vr, splitAscii(bytes.toString('latin1')).map(decimal));
    case 'text':
      return withValues(vr, splitText(vr, bytes, context));
    case 'name':
      return withValues(vr, splitNames(bytes, context));
    case 'free':
      return withValues(vr, [trimEnd(decode(vr, bytes, context)) || null]);
    case 'number':
      return readNumbers(vr, bytes, context);
    case 'tag':
      return readTags(vr, bytes, context);
    default:
      return { vr, InlineBinary: littleEndian(vr, bytes, context.bigEndian).toString('base64') };
  }
};

const withValues = (vr: Vr, values: readonly JsonValue[]): JsonElement =>
  values.length === 1 && values[0] === null ? { vr } : { vr, Value: values };

/** Spaces in front don't count in an AE either, and equipment pads them there (PS3.5 Table 6.2-1). */
const asciiText = (vr: Vr, bytes: Buffer): string => {
  const text = bytes.toString('latin1');
  return vr === 'AE' ? text.replace(/(^|\\) +/g, '$1') : text;
};

const BACKSLASH = 0x5c;

const splitAscii = (text: string): (string | null)[] =>
  text.includes('\\')
    ? text.split('\\').map((value) => trimEnd(value) || null)
    : [trimEnd(text) || null];

/** Trailing spaces and NULs are padding in every text VR (PS3.5 §6.2). */
const trimEnd = (text: string): string => {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 0x20 || text.charCodeAt(end - 1) === 0)) end -= 1;
  return end === text.length ? text : text.slice(0, end);
};

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/** A number where JSON readers get it exactly, else the text itself, which PS3.18 §F.2.3 allows. */
const decimal = (value: string | null): string | number | null => {
  const text = value?.trim();
  if (text === undefined || text === '') return null;
  const number = Number(text);
  if (!DECIMAL.test(text) || !Number.isFinite(number)) return text;
  return Number.isInteger(number) && !Number.isSafeInteger(number) ? text : number;
};

const splitText = (vr: Vr, bytes: Buffer, context: ValueContext): (string | null)[] =>
  isAscii(bytes, context.characterSet)
    ? splitAscii(bytes.toString('latin1'))
    : split(bytes, BACKSLASH, context.characterSet).map(
        (value) => trimEnd(decode(vr, value, context)) || null,
      );

const splitNames = (bytes: Buffer, context: ValueContext): (PersonName | null)[] => {
  if (!isAscii(bytes, context.characterSet)) {
    return split(bytes, BACKSLASH, context.characterSet).map((value) =>
      personName(
        split(value, EQUALS, context.characterSet).map((group) => decode('PN', group, context)),
      ),
    );
  }
  const text = bytes.toString('latin1');
  return text.split('\\').map((value) => personName(value.split('=')));
};

const EQUALS = 0x3d;

/** More than three component groups (PS3.5 §6.2.1) stay at the end of the last one. */
const personName = (groups: readonly string[]): PersonName | null => {
  const alphabetic = trimEnd(groups[0] ?? '');
  const ideographic = trimEnd(groups[1] ?? '');
  const phonetic = trimEnd(groups.slice(2).join('='));
  if (alphabetic === '' && ideographic === '' && phonetic === '') return null;
  return {
    ...(alphabetic === '' ? {} : { Alphabetic: alphabetic }),
    ...(ideographic === '' ? {} : { Ideographic: ideographic }),
    ...(phonetic === '' ? {} : { Phonetic: phonetic }),
  };
};

const isAscii = (bytes: Buffer, characterSet: CharacterSet): boolean => {
  if (!characterSet.asciiSafe) return false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x80 || byte === 0x1b) return false;
  }
  return true;
};

const split = (bytes: Buffer, delimiter: number, characterSet: CharacterSet): Buffer[] => {
  const parts: Buffer[] = [];
  let from = 0;
  for (;;) {
    const at = characterSet.indexOf(bytes, delimiter, from);
    if (at < 0) return [...parts, bytes.subarray(from)];
    parts.push(bytes.subarray(from, at));
    from = at + 1;
  }
};

const decode = (vr: Vr, bytes: Buffer, { characterSet, note }: ValueContext): string => {
  if (isAscii(bytes, characterSet)) return bytes.toString('latin1');
  const text = characterSet.decode(bytes, vr);
  if (text !== undefined) return text;
  note('undecodable-text');
  return characterSet.decodeLoosely(bytes);
};

const readNumbers = (vr: Vr, bytes: Buffer, context: ValueContext): JsonElement => {
  const step = traitsOf(vr)?.wordBytes ?? 1;
  if (bytes.length % step !== 0) return misfit(bytes, context);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: (number | string)[] = [];
  for (let at = 0; at < bytes.length; at += step)
    values.push(numberAt(vr, view, at, !context.bigEndian));
  return { vr, Value: values };
};

const numberAt = (vr: Vr, view: DataView, at: number, little: boolean): number | string => {
  switch (vr) {
    case 'US':
      return view.getUint16(at, little);
    case 'SS':
      return view.getInt16(at, little);
    case 'UL':
      return view.getUint32(at, little);
    case 'SL':
      return view.getInt32(at, little);
    case 'FL':
      return finite(view.getFloat32(at, little));
    case 'FD':
      return finite(view.getFloat64(at, little));
    case 'SV':
      return exact(view.getBigInt64(at, little));
    default:
      return exact(view.getBigUint64(at, little));
  }
};

/** JSON has no number for these; PS3.18 §F.2.3 is silent, so the name of the value stands in. */
const finite = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

const exact = (value: bigint): number | string => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
};

const readTags = (vr: Vr, bytes: Buffer, context: ValueContext): JsonElement => {
  if (bytes.length % 4 !== 0) return misfit(bytes, context);
  const values: string[] = [];
  for (let at = 0; at < bytes.length; at += 4) {
    const group = context.bigEndian ? bytes.readUInt16BE(at) : bytes.readUInt16LE(at);
    const element = context.bigEndian ? bytes.readUInt16BE(at + 2) : bytes.readUInt16LE(at + 2);
    values.push((group * 0x10000 + element).toString(16).toUpperCase().padStart(8, '0'));
  }
  return { vr, Value: values };
};

const misfit = (bytes: Buffer, context: ValueContext): JsonElement => {
  context.note('value-length');
  return { vr: 'UN', InlineBinary: bytes.toString('base64') };
};

/** InlineBinary and bulk data are little endian whatever the file is (PS3.18 §F.2.7, §8.7.3.3). */
export const littleEndian = (vr: Vr, bytes: Buffer, bigEndian: boolean): Buffer => {
  const words = traitsOf(vr)?.wordBytes ?? 1;
  if (!bigEndian || words === 1 || bytes.length % words !== 0) return bytes;
  const copy = Buffer.from(bytes);
  if (words === 2) return copy.swap16();
  return words === 4 ? copy.swap32() : copy.swap64();
};
