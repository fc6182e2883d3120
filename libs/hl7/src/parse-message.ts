import { type CharacterSet, characterSetNamed, decodeText } from './character-set.js';
import { unescapeText } from './escapes.js';
import { MESSAGE_LIMITS, type MessageLimits } from './limits.js';
import {
  type Delimiters,
  type Field,
  fieldOf,
  type Message,
  repetitionsOf,
  type Segment,
  textOf,
} from './message.js';

/** Why bytes are no message: none may be answered by more than a refusal. */
export type ParseFault =
  | 'too-long'
  | 'no-header'
  | 'delimiters'
  | 'character-set'
  | 'characters'
  | 'segment-name'
  | 'too-many-segments'
  | 'too-many-fields'
  | 'too-many-parts';

/** `header`: MSH as far as it could be read, so that the sender can be told which message it was. `segment` counts from 1. */
export type Unparsed = Readonly<{
  ok: false;
  fault: ParseFault;
  segment: number;
  header: Segment | undefined;
}>;
export type Parsed =
  | Readonly<{ ok: true; message: Message; characterSet: CharacterSet }>
  | Unparsed;

export type ParseOptions = Readonly<{
  /** Of messages that don't say theirs in MSH-18. */
  characterSet?: CharacterSet;
  limits?: MessageLimits;
}>;

const NAME = /^[A-Z][A-Z0-9]{2}$/;
/* Visible, no letter, no digit, no quotation mark: nothing else can divide texts without breaking them. */
const DELIMITER = /^[!#-/:-@[-`{-~]$/;
const CHARACTER_SET_FIELD = 18;
/** MSH, the field separator, five encoding characters, and what ends them. */
const DELIMITER_BYTES = 10;
/** What ends a segment is a carriage return; line feeds of careless senders are taken for one, or belong to it. */
const SEGMENT_END = /\r\n?|\n/;

/** Reads the bytes of one message, without its frame. Never throws; what it doesn't know it keeps as text. */
export function parseMessage(bytes: Uint8Array, options: ParseOptions = {}): Parsed {
  const limits = options.limits ?? MESSAGE_LIMITS;
  if (bytes.length > limits.messageBytesMax) return unparsed('too-long', 1);
  const delimiters = delimitersOf(bytes);
  if (typeof delimiters === 'string') return unparsed(delimiters, 1);
  const header = headerOf(bytes, delimiters, limits);
  if (typeof header === 'string') return unparsed(header, 1);
  const named = repetitionsOf(header, CHARACTER_SET_FIELD).map((one) => one[0]?.[0] ?? '');
  const characterSet =
    named.length === 0 ? (options.characterSet ?? 'ASCII') : characterSetNamed(named[0] ?? '');
  /* A second character set would switch in the middle of texts. */
  if (characterSet === undefined || named.length > 1) return unparsed('character-set', 1, header);
  const text = decodeText(bytes, characterSet);
  if (text === undefined) return unparsed('characters', 1, header);
  return segmentsFrom(text, { delimiters, characterSet, limits, header });
}

const unparsed = (fault: ParseFault, segment: number, header?: Segment): Unparsed => ({
  ok: false,
  fault,
  segment,
  header,
});

/** MSH-1 and MSH-2 stand at fixed places. */
const delimitersOf = (bytes: Uint8Array): Delimiters | 'no-header' | 'delimiters' => {
  const start = Buffer.from(bytes.subarray(0, DELIMITER_BYTES)).toString('latin1');
  if (!start.startsWith('MSH')) return 'no-header';
  const field = start[3] ?? '';
  const rest = start.slice(4);
  const end = rest.indexOf(field);
  const encoding = end < 0 ? (rest.split(SEGMENT_END)[0] ?? '') : rest.slice(0, end);
  const all = [field, ...encoding];
  const isUsable = all.every((one) => DELIMITER.test(one)) && new Set(all).size === all.length;
  if (!isUsable || (encoding.length !== 4 && encoding.length !== 5)) return 'delimiters';
  const [component = '', repetition = '', escaping = '', subcomponent = '', truncation = ''] =
    encoding;
  return { field, component, repetition, escaping, subcomponent, truncation };
};

/* The header says its own character set; all that are read have ASCII in common, and bytes as Latin-1 are never wrong. */
const headerOf = (
  bytes: Uint8Array,
  delimiters: Delimiters,
  limits: MessageLimits,
): Segment | ParseFault => {
  const end = bytes.findIndex((byte) => byte === 0x0d || byte === 0x0a);
  const line = Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('latin1');
  return segmentFrom(line, { delimiters, characterSet: '8859/1', limits });
};

type Reading = Readonly<{
  delimiters: Delimiters;
  characterSet: CharacterSet;
  limits: MessageLimits;
}>;

const segmentsFrom = (text: string, reading: Reading & Readonly<{ header: Segment }>): Parsed => {
  const { delimiters, characterSet, limits, header } = reading;
  const lines = text.split(SEGMENT_END, limits.segmentsMax + 2).filter((line) => line !== '');
  if (lines.length > limits.segmentsMax) return unparsed('too-many-segments', lines.length, header);
  const segments: Segment[] = [];
  for (const line of lines) {
    const segment = segmentFrom(line, reading);
    if (typeof segment === 'string') return unparsed(segment, segments.length + 1, header);
    segments.push(segment);
  }
  return { ok: true, characterSet, message: { delimiters, segments } };
};

const segmentFrom = (line: string, reading: Reading): Segment | ParseFault => {
  const { delimiters, limits } = reading;
  const [name = '', ...texts] = line.split(delimiters.field, limits.fieldsMax + 2);
  if (!NAME.test(name)) return 'segment-name';
  const isHeader = name === 'MSH';
  if (texts.length + Number(isHeader) > limits.fieldsMax) return 'too-many-fields';
  const fields: Field[] = isHeader ? [fieldOf(delimiters.field), fieldOf(texts[0] ?? '')] : [];
  for (const text of isHeader ? texts.slice(1) : texts) {
    const field = fieldFrom(text, reading);
    if (field === undefined) return 'too-many-parts';
    fields.push(field);
  }
  return { name, fields };
};

const fieldFrom = (text: string, { delimiters, characterSet, limits }: Reading) => {
  const { repetition, component, subcomponent } = delimiters;
  const repetitions = text.split(repetition, limits.repetitionsMax + 1);
  if (repetitions.length > limits.repetitionsMax) return undefined;
  const field: string[][][] = [];
  for (const one of repetitions) {
    const components = one.split(component, limits.componentsMax + 1);
    if (components.length > limits.componentsMax) return undefined;
    const parts = components.map((each) => each.split(subcomponent, limits.subcomponentsMax + 1));
    if (parts.some(({ length }) => length > limits.subcomponentsMax)) return undefined;
    field.push(
      parts.map((each) => each.map((part) => unescapeText(part, delimiters, characterSet))),
    );
  }
  return field;
};

/** The id that the sender gave the message (MSH-10). */
export const controlIdOf = (header: Segment | undefined): string => textOf(header, 10);
