import { convertBytes } from 'dicom-character-set';

/** Turns the bytes of one value into text; `known` is false when the defined term isn't in PS3.3 §C.12.1.1.2. */
export type CharacterSet = Readonly<{
  known: boolean;
  /** Bytes 0x00–0x7F without ESC mean ASCII. */
  asciiSafe: boolean;
  /** Where `delimiter` (a byte below 0x80) stands next as a character of its own, from `from`; -1 when it doesn't. */
  indexOf(bytes: Buffer, delimiter: number, from: number): number;
  /** Undefined when the bytes break the rules of the character set. */
  decode(bytes: Buffer, vr: string): string | undefined;
  /** The nearest text for bytes that `decode` gave up on. */
  decodeLoosely(bytes: Buffer): string;
}>;

const plainIndexOf = (bytes: Buffer, delimiter: number, from: number) =>
  bytes.indexOf(delimiter, from);

/** PS3.5 §6.1.2.1; bytes above 0x7F aren't allowed but come: Latin-1 keeps each as one character. */
export const DEFAULT_CHARACTER_SET: CharacterSet = {
  known: true,
  asciiSafe: true,
  indexOf: plainIndexOf,
  decode: (bytes) => bytes.toString('latin1'),
  decodeLoosely: (bytes) => bytes.toString('latin1'),
};

const LABELS: Readonly<Record<string, string>> = {
  '101': 'iso-8859-2',
  '109': 'iso-8859-3',
  '110': 'iso-8859-4',
  '126': 'iso-8859-7',
  '127': 'iso-8859-6',
  '138': 'iso-8859-8',
  '144': 'iso-8859-5',
  '148': 'iso-8859-9',
  '166': 'windows-874',
  '192': 'utf-8',
  '203': 'iso-8859-15',
};
// biome-ignore format: a list
const EXTENSIBLE = new Set([
  '6', '13', '58', '87', '100', '101', '109', '110', '126', '127', '138', '144', '148', '149', '159', '166',
]);
const SINGLE = /^ISO[ _-]?IR[ _-]?(\d+)$/;
const EXTENDED = /^ISO[ _-]?2022[ _-]?IR[ _-]?(\d+)$/;

const cache = new Map<string, CharacterSet>();
const CACHE_MAX = 256;
const CACHE_KEY_MAX = 256;

/** The character set that the values of Specific Character Set (0008,0005) name together; unknown terms read as Latin-1. */
export const characterSetOf = (terms: readonly string[]): CharacterSet => {
  const key = terms.join('\\');
  const cached = cache.get(key);
  if (cached !== undefined) return cached;
  const made = make(terms.map((term) => term.trim().toUpperCase()));
  if (cache.size < CACHE_MAX && key.length < CACHE_KEY_MAX) cache.set(key, made);
  return made;
};

const make = (terms: readonly string[]): CharacterSet => {
  const [first = ''] = terms;
  if (terms.length <= 1 || isStandAlone(first))
    return single(first) ?? extended([first]) ?? UNKNOWN;
  return extended(terms) ?? single(first) ?? UNKNOWN;
};

const UNKNOWN: CharacterSet = { ...DEFAULT_CHARACTER_SET, known: false };

/** UTF-8, GB18030 and GBK don't take part in code extension (PS3.5 §6.1.2.5.4 d). */
const isStandAlone = (term: string) =>
  term === 'GB18030' || term === 'GBK' || SINGLE.exec(term)?.[1] === '192';

const single = (term: string): CharacterSet | undefined => {
  if (term === '') return DEFAULT_CHARACTER_SET;
  if (term === 'GB18030' || term === 'GBK') return labelled(term.toLowerCase(), gbIndexOf);
  const number = SINGLE.exec(term)?.[1];
  if (number === undefined) return undefined;
  if (number === '6' || number === '100') return DEFAULT_CHARACTER_SET;
  if (number === '13') return JIS_X_0201;
  const label = LABELS[number];
  return label === undefined ? undefined : labelled(label, plainIndexOf);
};

const labelled = (label: string, indexOf: CharacterSet['indexOf']): CharacterSet => {
  const strict = new TextDecoder(label, { fatal: true, ignoreBOM: true });
  const loose = new TextDecoder(label, { ignoreBOM: true });
  return {
    known: true,
    asciiSafe: true,
    indexOf,
    decode: (bytes) => attempt(() => strict.decode(bytes)),
    decodeLoosely: (bytes) => loose.decode(bytes),
  };
};

/** Yen and overline stand where ASCII has backslash and tilde. */
const JIS_X_0201: CharacterSet = {
  ...DEFAULT_CHARACTER_SET,
  asciiSafe: false,
  indexOf: plainIndexOf,
  decode: (bytes, vr) => attempt(() => convertBytes('ISO_IR 13', bytes, { vr })),
};

/** Code extension with escape sequences (PS3.5 §6.1.2.5); files use sequences that they don't announce, above all `ESC ( B`. */
const extended = (terms: readonly string[]): CharacterSet | undefined => {
  const numbers = terms.map((term) =>
    term === '' ? '6' : (EXTENDED.exec(term) ?? SINGLE.exec(term))?.[1],
  );
  if (!numbers.every((number) => number !== undefined && EXTENSIBLE.has(number))) return undefined;
  const specific = [...numbers, ...EXTENSIBLE].map((number) => `ISO 2022 IR ${number}`).join('\\');
  return {
    ...DEFAULT_CHARACTER_SET,
    asciiSafe: numbers[0] !== '13',
    indexOf: escapedIndexOf,
    decode: (bytes, vr) => attempt(() => convertBytes(specific, bytes, { vr })),
  };
};

/** Decoders throw on bytes that they can't read; the caller falls back and says so. */
const attempt = (decode: () => string): string | undefined => {
  try {
    return decode();
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
};

/** In GB18030 and GBK the second byte of a character may be 0x40–0x7E. */
const gbIndexOf = (bytes: Buffer, delimiter: number, from: number): number => {
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === delimiter) return at;
    if (byte > 0x80 && (bytes[at + 1] ?? 0) >= 0x40) at += 1;
  }
  return -1;
};

const ESCAPE = 0x1b;
const DOLLAR = 0x24;
const PARENTHESIS = 0x28;

/**
 * After `ESC $ B` or `ESC $ ( D` each character has two bytes below 0x80, up to the next `ESC (`: a delimiter byte there is
 * half of one.
 */
const escapedIndexOf = (bytes: Buffer, delimiter: number, from: number): number => {
  let step = 1;
  for (let at = from; at < bytes.length; ) {
    if (bytes[at] === ESCAPE) {
      step = bytesAfter(bytes, at) ?? step;
      at += escapeBytes(bytes, at);
      continue;
    }
    if (step === 1 && bytes[at] === delimiter) return at;
    at += step;
  }
  return -1;
};

/** Bytes per character below 0x80 after the escape sequence at `at`; undefined when it says nothing of those. */
const bytesAfter = (bytes: Buffer, at: number): number | undefined => {
  if (bytes[at + 1] === PARENTHESIS) return 1;
  return bytes[at + 1] === DOLLAR && bytes[at + 2] !== 0x29 ? 2 : undefined;
};

const escapeBytes = (bytes: Buffer, at: number) =>
  bytes[at + 1] === DOLLAR && (bytes[at + 2] === 0x29 || bytes[at + 2] === PARENTHESIS) ? 4 : 3;
