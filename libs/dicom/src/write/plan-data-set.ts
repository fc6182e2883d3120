import { UNDEFINED_LENGTH } from '../element.js';
import { HEADER_LIMITS } from '../limits.js';
import { Tag, tagHex } from '../tag.js';
import { paddingOf } from '../transcode/output.js';
import { traitsOf, type Vr } from '../vr.js';
import type { BulkOf, BulkValue } from './bulk.js';
import { addFrames } from './encapsulate.js';
import { decodeInline, encodeValues } from './encode-value.js';
import { addBulk, addBytes, addHeader, addItem, type Sheet } from './sheet.js';
import { WriteStopped } from './write-fault.js';

/** `encapsulated`: Pixel Data of the root has to come as frames. */
export type Writing = Readonly<{ sheet: Sheet; bulk: BulkOf; encapsulated: boolean }>;

const TAG = /^[0-9A-Fa-f]{8}$/;
const SPECIFIC_CHARACTER_SET = tagHex(Tag.SpecificCharacterSet);
const PIXEL_DATA = tagHex(Tag.PixelData);
const UTF_8 = 'ISO_IR 192';
/** The longest value of defined length, in bytes: even, and not the mark of undefined length. */
const VALUE_BYTES_MAX = UNDEFINED_LENGTH - 1;

type Fields = Readonly<Record<string, unknown>>;

/** Plans the elements of a root data set in ascending order. Throws WriteStopped. */
export function planDataSet(writing: Writing, dataSet: unknown): void {
  const root = fieldsOf(dataSet, 'not-a-data-set', '');
  const isTold = SPECIFIC_CHARACTER_SET in root || hasUnicode(root, 0);
  const utf8 = { [SPECIFIC_CHARACTER_SET]: { vr: 'CS', Value: [UTF_8] } };
  planElements(writing, isTold ? { ...root, ...utf8 } : root, { path: '', depth: 0 });
}

type Place = Readonly<{ path: string; depth: number }>;

function planElements(writing: Writing, dataSet: Fields, place: Place): void {
  let last = '';
  const named = Object.keys(dataSet).map((key) => [key.toUpperCase(), key] as const);
  for (const [tag, key] of named.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const path = place.path + tag;
    if (!TAG.test(tag) || tag.startsWith('0000') || tag.startsWith('FFFE'))
      throw new WriteStopped('not-a-tag', place.path);
    if (tag === last) throw new WriteStopped('repeated-attribute', path);
    last = tag;
    if (isLeftOut(writing, tag, place)) continue;
    const element = fieldsOf(dataSet[key], 'not-an-attribute', path);
    planElement(writing, { tag, vr: vrOf(element, path), element }, { ...place, path });
  }
}

/** Group lengths, file meta, and offset tables of an encapsulation that isn't ours. */
const isLeftOut = ({ encapsulated }: Writing, tag: string, { depth }: Place): boolean =>
  tag.endsWith('0000') ||
  (depth === 0 && tag.startsWith('0002')) ||
  (depth === 0 && encapsulated && (tag === '7FE00001' || tag === '7FE00002'));

function vrOf({ vr }: Fields, path: string): Vr {
  const traits = typeof vr === 'string' ? traitsOf(vr) : undefined;
  if (traits === undefined) throw new WriteStopped('unknown-vr', path);
  return traits.vr;
}

type Element = Readonly<{ tag: string; vr: Vr; element: Fields }>;

function planElement(writing: Writing, named: Element, place: Place): void {
  const { tag, vr, element } = named;
  const { path, depth } = place;
  const { Value, InlineBinary, BulkDataURI } = element;
  const forms = [Value, InlineBinary, BulkDataURI].filter((form) => form !== undefined);
  if (forms.length > 1) throw new WriteStopped('more-than-one-value-form', path);
  const isFrames = writing.encapsulated && depth === 0 && tag === PIXEL_DATA;
  if (tag === SPECIFIC_CHARACTER_SET) planValue(writing, named, Buffer.from(UTF_8));
  else if (BulkDataURI !== undefined) {
    const bulk = bulkOf(writing, BulkDataURI, place);
    if (isFrames) planFrames(writing, bulk, path);
    else planBulk(writing, named, { bulk, path });
  } else if (isFrames) throw new WriteStopped('pixel-data-form', path);
  else if (vr === 'SQ') planSequence(writing, tag, { items: listOf(Value, path), place });
  else planValue(writing, named, encoded(vr, element, path));
}

function encoded(vr: Vr, { Value, InlineBinary }: Fields, path: string): Buffer {
  if (InlineBinary !== undefined) return decodeInline(InlineBinary, path);
  const values = listOf(Value, path);
  return values.length === 0 ? Buffer.alloc(0) : encodeValues(vr, values, path);
}

function listOf(value: unknown, path: string): readonly unknown[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw new WriteStopped('value-of-other-type', path);
  return value;
}

type Named = Pick<Element, 'tag' | 'vr'>;

function planValue({ sheet }: Writing, { tag, vr }: Named, value: Buffer): void {
  addHeader(sheet, tagOf(tag), vr, value.length + (value.length % 2));
  addBytes(sheet, value);
  if (value.length % 2 === 1) addBytes(sheet, Buffer.of(paddingOf(vr)));
}

type Sent = Readonly<{ bulk: BulkValue; path: string }>;

function planBulk({ sheet }: Writing, { tag, vr }: Named, { bulk, path }: Sent): void {
  if (bulk.kind === 'frames' || vr === 'SQ') throw new WriteStopped('pixel-data-form', path);
  if (bulk.value.bytes > VALUE_BYTES_MAX) throw new WriteStopped('value-too-long', path);
  addHeader(sheet, tagOf(tag), vr, bulk.value.bytes + (bulk.value.bytes % 2));
  addBulk(sheet, bulk.value, paddingOf(vr));
}

function planFrames({ sheet }: Writing, bulk: BulkValue, path: string): void {
  if (bulk.kind === 'value') throw new WriteStopped('pixel-data-form', path);
  addFrames(sheet, bulk, path);
}

/** Sequences and items have undefined length (PS3.5 §7.5.1): nothing has to be measured first. */
function planSequence(
  writing: Writing,
  tag: string,
  { items, place }: Readonly<{ items: readonly unknown[]; place: Place }>,
): void {
  const { sheet } = writing;
  const depth = place.depth + 1;
  if (depth > HEADER_LIMITS.depthMax) throw new WriteStopped('nested-too-deep', place.path);
  addHeader(sheet, tagOf(tag), 'SQ', UNDEFINED_LENGTH);
  for (const [index, item] of items.entries()) {
    const fields = fieldsOf(item ?? {}, 'value-of-other-type', place.path);
    addItem(sheet, Tag.Item, UNDEFINED_LENGTH);
    planElements(writing, fields, { path: `${place.path}/${index}/`, depth });
    addItem(sheet, Tag.ItemDelimitationItem, 0);
  }
  addItem(sheet, Tag.SequenceDelimitationItem, 0);
}

function bulkOf({ bulk }: Writing, uri: unknown, { path }: Place): BulkValue {
  const found = typeof uri === 'string' ? bulk(uri) : undefined;
  if (found === undefined) throw new WriteStopped('no-bulk-data', path);
  return found;
}

const tagOf = (hex: string) => Number.parseInt(hex, 16);

function fieldsOf(
  value: unknown,
  reason: 'not-a-data-set' | 'not-an-attribute' | 'value-of-other-type',
  path: string,
): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new WriteStopped(reason, path);
  return value as Fields;
}

/** Whether any text in it needs a character set beside ASCII; stops at the depth that can't be written anyway. */
function hasUnicode(value: unknown, depth: number): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is what is meant
  if (typeof value === 'string') return /[^\x00-\x7f]/.test(value);
  if (typeof value !== 'object' || value === null || depth > JSON_DEPTH_MAX) return false;
  return Object.values(value).some((inner) => hasUnicode(inner, depth + 1));
}

/** Each level of a sequence is an attribute, a list and an item in JSON. */
const JSON_DEPTH_MAX = 3 * (HEADER_LIMITS.depthMax + 1);
