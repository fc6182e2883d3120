import { traitsOf, type Vr } from '../vr.js';
import { decimalText, integerText } from './decimal-text.js';
import { encodeNumbers } from './encode-numbers.js';
import { WriteStopped } from './write-fault.js';

const TAG = /^[0-9A-Fa-f]{8}$/;
const BASE64 = /^[A-Za-z0-9+/\s]*={0,2}\s*$/;
const NAME_GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;

/** The bytes of a `Value` list (PS3.18 §F.2.3) in little endian and UTF-8, not padded. `path` is where it stands. */
export function encodeValues(vr: Vr, values: readonly unknown[], path: string): Buffer {
  switch (traitsOf(vr)?.kind) {
    case 'ascii':
      return joined(values, (value) => ascii(value, path));
    case 'text':
      return joined(values, (value) => separable(value, path));
    case 'decimal':
      return joined(values, (value) => number(vr, value, path));
    case 'name':
      return joined(values, (value) => name(value, path));
    case 'free':
      return Buffer.from(single(values, path));
    case 'number':
      return encodeNumbers(vr, values, path);
    case 'tag':
      return Buffer.concat(values.map((value) => tag(value, path)));
    default:
      throw new WriteStopped('value-of-other-type', path);
  }
}

/** The bytes of an InlineBinary (PS3.18 §F.2.7), which are little endian. */
export function decodeInline(text: unknown, path: string): Buffer {
  if (typeof text !== 'string' || !BASE64.test(text)) throw new WriteStopped('not-base64', path);
  return Buffer.from(text, 'base64');
}

/** An empty value between others is null (PS3.18 §F.2.5). */
const joined = (values: readonly unknown[], write: (value: unknown) => string): Buffer =>
  Buffer.from(values.map((value) => (value === null ? '' : write(value))).join('\\'));

function text(value: unknown, path: string): string {
  if (typeof value !== 'string') throw new WriteStopped('value-of-other-type', path);
  return value;
}

/** A backslash inside a value would make two of it, and there is no way to escape it (PS3.18 §F.2.4). */
function separable(value: unknown, path: string): string {
  const written = text(value, path);
  if (written.includes('\\')) throw new WriteStopped('delimiter-in-value', path);
  return written;
}

/** These VRs know no other character set (PS3.5 Table 6.2-1). */
function ascii(value: unknown, path: string): string {
  const written = separable(value, path);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what is meant
  if (/[^\x00-\x7f]/.test(written)) throw new WriteStopped('not-ascii', path);
  return written;
}

function number(vr: Vr, value: unknown, path: string): string {
  if (typeof value !== 'number') return ascii(value, path);
  const written = vr === 'IS' ? integerText(value) : decimalText(value);
  if (written === undefined) throw new WriteStopped('number-out-of-range', path);
  return written;
}

/** PS3.5 §6.2.1: component groups between equals signs, empty ones at the end left out. */
function name(value: unknown, path: string): string {
  if (typeof value === 'string') return separable(value, path);
  if (typeof value !== 'object' || value === null)
    throw new WriteStopped('value-of-other-type', path);
  const groups = NAME_GROUPS.map((group) =>
    separable((value as Record<string, unknown>)[group] ?? '', path),
  );
  if (groups.slice(0, 2).some((group) => group.includes('=')))
    throw new WriteStopped('delimiter-in-value', path);
  return groups.join('=').replace(/=+$/, '');
}

/** LT, ST, UR and UT have one value, in which a backslash is a character like others (PS3.5 §6.2). */
function single(values: readonly unknown[], path: string): string {
  if (values.length > 1) throw new WriteStopped('value-of-other-type', path);
  const [value = null] = values;
  return value === null ? '' : text(value, path);
}

function tag(value: unknown, path: string): Buffer {
  if (typeof value !== 'string' || !TAG.test(value))
    throw new WriteStopped('value-of-other-type', path);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt16LE(Number.parseInt(value.slice(0, 4), 16), 0);
  bytes.writeUInt16LE(Number.parseInt(value.slice(4), 16), 2);
  return bytes;
}
