import type { DicomJson, JsonValue } from '../dicom-json.js';
import {
  type ElementHeader,
  type Encoding,
  readElementHeader,
  UNDEFINED_LENGTH,
} from '../element.js';
import { Tag } from '../tag.js';
import { emptyWindow, holds, moveWindow, type ReadableFile, type Window } from '../window.js';
import { newOutput, OUTPUT_BYTES, type Output, writeItem } from './output.js';
import type { PixelSites } from './pixel-site.js';

/** Why the data set could not be written to its end although its header could be read before. */
export class TranscodeFailed extends Error {
  readonly reason: string;
  /** Bytes from the start of the file. */
  readonly offset: number;

  constructor(reason: string, offset: number) {
    super(`transcoding stopped: ${reason} at ${offset}`);
    this.reason = reason;
    this.offset = offset;
  }
}

/** A data set or a sequence that is open. `end` is the offset behind it, or its parent's where a delimiter ends it. */
export type Level = {
  readonly isSequence: boolean;
  readonly end: number;
  readonly delimited: boolean;
  readonly encoding: Encoding;
  /** The data set as the header has it, or the one that the sequence is in. */
  readonly dataSet: DicomJson;
  /** Of a sequence: its items, and how many were opened. */
  readonly items: readonly JsonValue[];
  opened: number;
};

/** State of the second passage over a file, which writes what the first one understood. */
export type Walk = {
  readonly file: ReadableFile;
  readonly window: Window;
  readonly output: Output;
  readonly levels: Level[];
  readonly sites: PixelSites;
  at: number;
  /** Behind the root's Pixel Data, where broken bytes no longer matter. */
  isBehindPixelData: boolean;
};

export const newWalk = (file: ReadableFile, root: Level, sites: PixelSites, at: number): Walk => ({
  file,
  window: emptyWindow(file.length),
  output: newOutput(),
  levels: [root],
  sites,
  at,
  isBehindPixelData: false,
});

/** Brings at least `bytes` bytes from the walk's place into memory; fewer only at the end of the file. */
export async function bring({ file, window, at }: Walk, bytes: number): Promise<void> {
  if (holds(window, at, bytes)) return;
  const end = Math.min(file.length, at + Math.max(bytes, OUTPUT_BYTES));
  moveWindow(window, at, end > at ? await file.read(at, end) : new Uint8Array());
}

/** The element header at the walk's place, which must have been brought. */
export const headerAt = ({ window, at }: Walk, encoding: Encoding): ElementHeader | undefined =>
  readElementHeader(window.view, at - window.start, encoding);

/** Closes the innermost level, in the output by a delimiter. */
export function close(walk: Walk): void {
  const level = walk.levels.pop();
  if (level === undefined || walk.levels.length === 0) return;
  const delimiter = level.isSequence ? Tag.SequenceDelimitationItem : Tag.ItemDelimitationItem;
  writeItem(walk.output, delimiter, 0);
}

/** Inside a sequence: opens the item here, or ends the sequence. */
export function stepSequence(walk: Walk, level: Level, header: ElementHeader | undefined): void {
  if (header === undefined || header.tag >>> 16 !== 0xfffe) {
    broken(walk, 'item-expected');
    return;
  }
  walk.at += header.bytes;
  if (header.tag === Tag.SequenceDelimitationItem && level.delimited) {
    close(walk);
    return;
  }
  if (header.tag !== Tag.Item) return;
  writeItem(walk.output, Tag.Item, UNDEFINED_LENGTH);
  const delimited = header.length === UNDEFINED_LENGTH;
  const dataSet = (level.items[level.opened++] ?? {}) as DicomJson;
  const end = delimited ? level.end : walk.at + header.length;
  const { encoding } = level;
  walk.levels.push({ isSequence: false, end, delimited, encoding, dataSet, items: [], opened: 0 });
}

/** Inside a data set: an item tag or delimiter where an element was due ends it, or is passed over as a stray one. */
export function stepDelimiter(walk: Walk, level: Level, header: ElementHeader): void {
  if (header.tag === Tag.ItemDelimitationItem && level.delimited) {
    walk.at += header.bytes;
    close(walk);
    return;
  }
  if (level.delimited) close(walk);
  else if (header.tag === Tag.Item) broken(walk, 'item-unexpected');
  else walk.at += header.bytes;
}

/** Bytes that fit no structure: behind the Pixel Data everything open is closed there, before it the walk fails. */
export function broken(walk: Walk, reason: string): void {
  if (!walk.isBehindPixelData) throw new TranscodeFailed(reason, walk.at);
  while (walk.levels.length > 0) close(walk);
}
