import type { JsonElement } from './dicom-json.js';
import type { HeaderLimits } from './limits.js';
import { type Oddity, type OddityReason, ReadStopped } from './read-error.js';
import { tagHex } from './tag.js';
import type { Vr } from './vr.js';
import { emptyWindow, type Window } from './window.js';

/**
 * The fragments of one encapsulated value (PS3.5 §A.4), without the first item. `places` holds offset and length of each
 * in turn; `heads` the first four bytes of each, big endian. `basicOffsets` count from the first fragment's item tag at `origin`.
 */
export type Fragments = Readonly<{
  origin: number;
  basicOffsets: readonly number[];
  places: readonly number[];
  heads: readonly number[];
}>;

/**
 * Where a value lies that the header names by a BulkDataURI. `path` is tags and item indices from 0 (`54000100/0/54001010`);
 * `start` and `length` in bytes of the file (of the inflated data set when deflated); numbers there are in the file's byte order.
 */
export type Bulk = Readonly<{ path: string; vr: Vr; start: number; length: number }>;

/** The pixel data of the root data set; `length` includes items and delimiter when there are `fragments`. */
export type PixelData = Bulk & Readonly<{ fragments?: Fragments }>;

/** State of reading one file; `at` is the offset of the next byte to read. */
export type Reading = {
  readonly limits: HeaderLimits;
  readonly window: Window;
  at: number;
  elements: number;
  values: number;
  readonly bulk: Bulk[];
  readonly oddities: Oddity[];
  pixelData?: PixelData;
  extendedOffsets?: Buffer;
  extendedLengths?: Buffer;
  lastFragmentBytes: number;
  /** Bytes to read next and bytes read so far. */
  chunkBytes: number;
  bytesRead: number;
};

export const newReading = (length: number, limits: HeaderLimits): Reading => ({
  limits,
  window: emptyWindow(length),
  at: 0,
  elements: 0,
  values: 0,
  bulk: [],
  oddities: [],
  lastFragmentBytes: 0,
  chunkBytes: limits.firstReadBytes,
  bytesRead: 0,
});

/** Remembers an oddity at the current offset. */
export const note = (reading: Reading, reason: OddityReason, tag?: number): void => {
  if (reading.oddities.length >= reading.limits.odditiesMax) return;
  const at = { reason, offset: reading.at };
  reading.oddities.push(tag === undefined ? at : { ...at, tag: tagHex(tag) });
};

/** Counts an element or item against the bound. */
export const count = (reading: Reading, tag: number): void => {
  reading.elements += 1;
  if (reading.elements > reading.limits.elementsMax)
    throw new ReadStopped('too-many-elements', reading.at, tag);
};

/** Counts the values of an attribute: a few bytes of the file each, and many times that in memory where they are names. */
export const countValues = (reading: Reading, tag: number, { vr, Value }: JsonElement): void => {
  const values = Value?.length ?? 0;
  if (vr === 'PN') reading.elements += values;
  else reading.values += values;
  const { elementsMax, valuesMax } = reading.limits;
  if (reading.elements > elementsMax || reading.values > valuesMax)
    throw new ReadStopped('too-many-elements', reading.at, tag);
};
