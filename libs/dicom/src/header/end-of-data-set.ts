import type { ElementHeader } from '../element.js';
import { type ReadFailure, ReadStopped } from '../read-error.js';
import { count, note, type Reading } from '../reading.js';
import { Tag } from '../tag.js';
import type { Scope } from './scope.js';

/** Eight zero bytes behind a root data set are padding, not an element. */
export const isPadding = (scope: Scope, header: ElementHeader): boolean =>
  scope.depth === 0 && header.tag === 0 && header.length === 0;

/** Settles that no element header follows: a root data set may end here, an item may not. */
export const endOfBytes = (reading: Reading, scope: Scope): void => {
  const left = reading.window.length - reading.at;
  const offset = Math.min(reading.at, reading.window.length);
  if (scope.depth > 0 || left < 0) throw new ReadStopped('truncated', offset);
  if (left === 0) return;
  if (reading.pixelData === undefined && !isZero(reading))
    throw new ReadStopped('truncated', reading.at);
  note(reading, 'trailing-bytes');
};

const isZero = ({ window, at }: Reading): boolean =>
  window.bytes.subarray(at - window.start, at - window.start + 8).every((byte) => byte === 0);

/** Takes an item tag or delimiter found where an element was due; true when it ends the scope. */
export const endsScope = (
  reading: Reading,
  scope: Scope,
  { tag, bytes }: ElementHeader,
): boolean => {
  if (tag === Tag.ItemDelimitationItem && scope.delimited) {
    reading.at += bytes;
    return true;
  }
  if (scope.delimited) {
    note(reading, 'missing-delimiter', tag);
    return true;
  }
  if (tag === Tag.Item) throw new ReadStopped('item-unexpected', reading.at, tag);
  count(reading, tag);
  note(reading, 'stray-delimiter', tag);
  reading.at += bytes;
  return false;
};

/** Whether the file can be used although it broke off here: everything up to and with Pixel Data was read. */
export const isBehindPixelData = ({ pixelData, window }: Reading, error: unknown): boolean => {
  if (pixelData === undefined || !isMisreading(error)) return false;
  const end = pixelData.start + pixelData.length;
  return end <= window.length && end <= error.error.offset;
};

const MISREADINGS: readonly ReadFailure[] = [
  'exceeds-parent',
  'item-expected',
  'item-unexpected',
  'truncated',
  'undefined-length',
];

/** Whether the bytes weren't what they were read as, as opposed to a bound that was met. */
export const isMisreading = (error: unknown): error is ReadStopped =>
  error instanceof ReadStopped && MISREADINGS.includes(error.error.reason);
