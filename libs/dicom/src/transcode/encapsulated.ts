import { Tag } from '../tag.js';
import { type Output, writeItem } from './output.js';

const ITEM_BYTES = 8;

/** Encoded frames that are held back to know their offsets; the table of more is left empty, which PS3.5 §A.4 allows. */
const HELD_BYTES_MAX = 16 * 1024 * 1024;

/**
 * Frames as the items of an encapsulated value (PS3.5 §A.4), without its delimiter: a Basic Offset Table, then one fragment for
 * each frame, padded to even length. The table is empty where the frames are too long to be held until all offsets are known:
 * one fragment a frame tells them apart too. (An Extended Offset Table would have to be known before the first frame as well.)
 */
export async function* encapsulated(
  frames: AsyncIterable<Uint8Array>,
  heldBytesMax = HELD_BYTES_MAX,
): AsyncGenerator<Uint8Array> {
  const held: Uint8Array[] = [];
  let heldBytes = 0;
  let isOpen = true;
  for await (const frame of frames) {
    if (!isOpen) {
      yield* fragment(frame);
      continue;
    }
    held.push(frame);
    heldBytes += frame.length;
    if (heldBytes <= heldBytesMax) continue;
    isOpen = false;
    yield item(0);
    for (const each of held.splice(0)) yield* fragment(each);
  }
  if (!isOpen) return;
  yield* offsetTable(held);
  for (const each of held) yield* fragment(each);
}

function* offsetTable(frames: readonly Uint8Array[]): Generator<Uint8Array> {
  const table = Buffer.alloc(frames.length * 4);
  let offset = 0;
  for (const [at, frame] of frames.entries()) {
    table.writeUInt32LE(offset, at * 4);
    offset += ITEM_BYTES + evenLength(frame);
  }
  yield item(table.length);
  yield table;
}

function* fragment(frame: Uint8Array): Generator<Uint8Array> {
  yield item(evenLength(frame));
  yield frame;
  if (frame.length % 2 === 1) yield Uint8Array.of(0);
}

const evenLength = ({ length }: Uint8Array): number => length + (length % 2);

function item(length: number): Buffer {
  const output: Output = { buffer: Buffer.alloc(ITEM_BYTES), length: 0 };
  writeItem(output, Tag.Item, length);
  return output.buffer;
}
