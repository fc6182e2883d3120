import type { DicomJson, JsonElement } from '../dicom-json.js';
import type { DictionaryVr } from '../dictionary.js';
import {
  ELEMENT_HEADER_BYTES_MAX,
  type ElementHeader,
  type Encoding,
  IMPLICIT_LITTLE_ENDIAN,
  isItemTag,
  readElementHeader,
  UNDEFINED_LENGTH,
} from '../element.js';
import { ReadStopped } from '../read-error.js';
import { placeBulk, readInline } from '../read-inline.js';
import { count, note, type Reading } from '../reading.js';
import { Tag, tagHex } from '../tag.js';
import { traitsOf } from '../vr.js';
import { holds, type Need } from '../window.js';
import { endOfBytes, endsScope, isMisreading, isPadding } from './end-of-data-set.js';
import { readFragments } from './read-fragments.js';
import { place, type Scope, settlePending, vrWithin, withKnownVr } from './scope.js';

/**
 * Reads elements from `reading.at` to the end of the scope into `scope.dataSet`; leaves `reading.at` behind the data set.
 * It runs until it needs bytes that aren't in memory and goes on once they are. Throws ReadStopped.
 */
export function* readDataSet(reading: Reading, scope: Scope): Generator<Need, void> {
  let last = -1;
  while (reading.at < scope.end) {
    if (!holds(reading.window, reading.at, ELEMENT_HEADER_BYTES_MAX))
      yield { at: reading.at, bytes: ELEMENT_HEADER_BYTES_MAX };
    const found = nextElement(reading, scope);
    if (found === 'end') break;
    if (found === 'passed-over') continue;
    if (found.tag <= last) noteOrder(reading, scope.dataSet, found.tag);
    last = found.tag;
    const header = begin(reading, scope, found);
    const element =
      readInline(reading, scope, header) ?? (yield* readElement(reading, scope, header, found.vr));
    place(reading, scope, header, element);
  }
  settlePending(scope);
}

const nextElement = (reading: Reading, scope: Scope): ElementHeader | 'end' | 'passed-over' => {
  const { window } = reading;
  const header = readElementHeader(window.view, reading.at - window.start, scope.encoding);
  if (header === undefined || isPadding(scope, header)) {
    endOfBytes(reading, scope);
    return 'end';
  }
  if (!isItemTag(header.tag)) return header;
  return endsScope(reading, scope, header) ? 'end' : 'passed-over';
};

/** Moves to the value and gives the header to read it with. */
const begin = (reading: Reading, scope: Scope, found: ElementHeader): ElementHeader => {
  if (scope.encoding.explicit && !found.explicit) note(reading, 'element-without-vr', found.tag);
  count(reading, found.tag);
  reading.at += found.bytes;
  return withKnownVr(scope, found);
};

const noteOrder = (reading: Reading, dataSet: DicomJson, tag: number) =>
  note(reading, tagHex(tag) in dataSet ? 'duplicate-element' : 'element-order', tag);

/** The element whose header ends at `reading.at`, whatever its value takes. */
export function* readElement(
  reading: Reading,
  scope: Scope,
  header: ElementHeader,
  written: DictionaryVr = header.vr,
): Generator<Need, JsonElement> {
  if (header.vr === 'SQ' && written === 'UN')
    return yield* readUnknownSequence(reading, scope, header);
  if (header.vr === 'SQ') return yield* readSequence(reading, scope, header);
  if (header.length === UNDEFINED_LENGTH) return yield* readUndefined(reading, scope, header);
  yield { at: reading.at, bytes: header.length };
  if (!holds(reading.window, reading.at, header.length))
    throw new ReadStopped('truncated', reading.at, header.tag);
  const element = readInline(reading, scope, header);
  if (element === undefined) throw new ReadStopped('truncated', reading.at, header.tag);
  return element;
}

/** Encapsulated bytes, or a sequence that someone wrote without knowing it: UN is then Implicit VR Little Endian (PS3.5 §6.2.2). */
function* readUndefined(
  reading: Reading,
  scope: Scope,
  header: ElementHeader,
): Generator<Need, JsonElement> {
  const { tag } = header;
  const unnamed = tag === Tag.PixelData && (!header.explicit || header.vr === 'UN');
  const vr = unnamed ? 'OB' : vrWithin(scope, header.vr);
  if (vr === 'UN') {
    return yield* readSequence(reading, scope, header, IMPLICIT_LITTLE_ENDIAN);
  }
  if (traitsOf(vr)?.kind !== 'binary') {
    if (header.explicit) throw new ReadStopped('undefined-length', reading.at, tag);
    return yield* readSequence(reading, scope, header);
  }
  const start = reading.at;
  const fragments = yield* readFragments(reading, tag);
  const element = placeBulk(reading, scope, { tag, vr, start, length: reading.at - start });
  if (reading.pixelData?.start === start) reading.pixelData = { ...reading.pixelData, fragments };
  return element;
}

/** A sequence written as UN of defined length: Implicit VR Little Endian (PS3.5 §6.2.2), or else bytes after all. */
function* readUnknownSequence(
  reading: Reading,
  scope: Scope,
  header: ElementHeader,
): Generator<Need, JsonElement> {
  const { at: start, window } = reading;
  const bulks = reading.bulk.length;
  if (Number.isFinite(window.length)) {
    try {
      return yield* readSequence(reading, scope, header, IMPLICIT_LITTLE_ENDIAN);
    } catch (error) {
      if (!isMisreading(error)) throw error;
      note(reading, 'unreadable-sequence', header.tag);
      reading.at = start;
      reading.bulk.length = bulks;
    }
  }
  const bytes: ElementHeader = { ...header, vr: 'UN' };
  return readInline(reading, scope, bytes) ?? (yield* readElement(reading, scope, bytes));
}

function* readSequence(
  reading: Reading,
  scope: Scope,
  { tag, length }: ElementHeader,
  encoding: Encoding = scope.encoding,
): Generator<Need, JsonElement> {
  const delimited = length === UNDEFINED_LENGTH;
  const end = delimited ? scope.end : reading.at + length;
  if (end > scope.end) throw new ReadStopped('exceeds-parent', reading.at, tag);
  if (!delimited && end > reading.window.length)
    throw new ReadStopped('truncated', reading.at, tag);
  if (scope.depth >= reading.limits.depthMax)
    throw new ReadStopped('nested-too-deep', reading.at, tag);
  const items: DicomJson[] = [];
  while (reading.at < end) {
    const header = yield* readItemHeader(reading, encoding, tag);
    if (header.tag === Tag.SequenceDelimitationItem && delimited) return sequenceOf(items);
    if (header.tag !== Tag.Item) {
      note(reading, 'stray-delimiter', tag);
      continue;
    }
    const item = itemScope(reading, scope, { header, tag, encoding, index: items.length, end });
    yield* readDataSet(reading, item);
    items.push(item.dataSet);
  }
  if (delimited) note(reading, 'missing-delimiter', tag);
  return sequenceOf(items);
}

const sequenceOf = (items: DicomJson[]): JsonElement =>
  items.length === 0 ? { vr: 'SQ' } : { vr: 'SQ', Value: items };

/** Moves behind the next item tag or delimiter. */
function* readItemHeader(
  reading: Reading,
  encoding: Encoding,
  sequence: number,
): Generator<Need, ElementHeader> {
  const { window } = reading;
  if (!holds(window, reading.at, ELEMENT_HEADER_BYTES_MAX))
    yield { at: reading.at, bytes: ELEMENT_HEADER_BYTES_MAX };
  const header = readElementHeader(window.view, reading.at - window.start, encoding);
  if (header === undefined) throw new ReadStopped('truncated', reading.at, sequence);
  if (!isItemTag(header.tag)) throw new ReadStopped('item-expected', reading.at, sequence);
  count(reading, sequence);
  reading.at += header.bytes;
  return header;
}

type ItemPlace = Readonly<{
  header: ElementHeader;
  tag: number;
  encoding: Encoding;
  index: number;
  end: number;
}>;

const itemScope = (
  reading: Reading,
  scope: Scope,
  { header, tag, encoding, index, end }: ItemPlace,
): Scope => {
  const delimited = header.length === UNDEFINED_LENGTH;
  const itemEnd = delimited ? end : reading.at + header.length;
  if (itemEnd > end) throw new ReadStopped('exceeds-parent', reading.at, tag);
  return {
    path: `${scope.path}${tagHex(tag)}/${index}/`,
    depth: scope.depth + 1,
    end: itemEnd,
    delimited,
    encoding,
    parent: scope,
    dataSet: {},
    characterSet: scope.characterSet,
  };
};
