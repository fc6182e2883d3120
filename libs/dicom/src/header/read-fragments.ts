import { EXPLICIT_LITTLE_ENDIAN, readElementHeader, UNDEFINED_LENGTH } from '../element.js';
import { ReadStopped } from '../read-error.js';
import { type Fragments, note, type Reading } from '../reading.js';
import { Tag } from '../tag.js';
import { holds, type Need } from '../window.js';

const ITEM_HEADER_BYTES = 8;
const HEAD_BYTES = 4;
const SPARSE_BYTES = 16 * 1024;

/** Walks from item header to item header behind the element header; fragments themselves aren't read, save their first four bytes. */
export function* readFragments(reading: Reading, tag: number): Generator<Need, Fragments> {
  const basicOffsets = yield* readBasicOffsets(reading, tag);
  const origin = reading.at;
  const places: number[] = [];
  const heads: number[] = [];
  for (;;) {
    const length = yield* readItemLength(reading, tag);
    if (length === undefined) return { origin, basicOffsets, places, heads };
    if (heads.length >= reading.limits.fragmentsMax)
      throw new ReadStopped('too-many-fragments', reading.at, tag);
    heads.push(headAt(reading, length));
    places.push(reading.at, length);
    reading.at += length;
    if (reading.at > reading.window.length)
      throw new ReadStopped('truncated', reading.at - length, tag);
  }
}

function* readBasicOffsets(reading: Reading, tag: number): Generator<Need, readonly number[]> {
  const length = yield* readItemLength(reading, tag);
  if (length === undefined) throw new ReadStopped('item-expected', reading.at, tag);
  if (length > reading.limits.offsetTableBytesMax)
    throw new ReadStopped('value-too-long', reading.at, tag);
  const { window } = reading;
  if (!holds(window, reading.at, length)) yield { at: reading.at, bytes: length };
  if (!holds(window, reading.at, length)) throw new ReadStopped('truncated', reading.at, tag);
  const offsets: number[] = [];
  for (let at = reading.at - window.start; offsets.length < Math.floor(length / 4); at += 4)
    offsets.push(window.view.getUint32(at, true));
  reading.at += length;
  return offsets;
}

/** Moves behind the next item header and gives the item's length; undefined behind the sequence delimiter. */
function* readItemLength(reading: Reading, tag: number): Generator<Need, number | undefined> {
  const { window } = reading;
  const bytes = ITEM_HEADER_BYTES + HEAD_BYTES;
  if (!holds(window, reading.at, bytes)) yield { at: reading.at, bytes, walk: walkOf(reading) };
  const header = readElementHeader(window.view, reading.at - window.start, EXPLICIT_LITTLE_ENDIAN);
  if (header === undefined) return endWithoutDelimiter(reading, tag);
  const at = reading.at;
  reading.at += ITEM_HEADER_BYTES;
  reading.lastFragmentBytes = header.length;
  if (header.tag === Tag.SequenceDelimitationItem) return undefined;
  if (header.tag !== Tag.Item || header.length === UNDEFINED_LENGTH)
    throw new ReadStopped('item-expected', at, tag);
  return header.length;
}

/** Where fragments are small, one read brings many item headers. */
const walkOf = (reading: Reading) =>
  reading.lastFragmentBytes >= SPARSE_BYTES ? 'sparse' : 'dense';

const endWithoutDelimiter = (reading: Reading, tag: number): undefined => {
  if (reading.at !== reading.window.length) throw new ReadStopped('truncated', reading.at, tag);
  note(reading, 'missing-delimiter', tag);
};

const headAt = (reading: Reading, length: number): number => {
  const at = reading.at - reading.window.start;
  return length >= HEAD_BYTES && at + HEAD_BYTES <= reading.window.view.byteLength
    ? reading.window.view.getUint32(at, false)
    : 0;
};
