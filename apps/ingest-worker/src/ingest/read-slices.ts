import type { ReadPart, UnreadPart } from './read-part.js';
import { type Slice, sliceOf } from './slices.js';

type Read = ReadPart | UnreadPart;

/** A slice with its headers read, in the order of its parts. */
export type ReadSlice = Readonly<{ slice: Slice; reads: readonly Read[] }>;

const HEADERS_AT_ONCE_MAX = 8;

/** What the headers of one slice may weigh, roughly in bytes of memory; a header that weighs more has a slice of its own. */
export const SLICE_WEIGHT_MAX = 64 * 1024 * 1024;
const ELEMENT_WEIGHT = 64;

/**
 * Reads the headers of a slice, and cuts it where they weigh too much together: memory and the extract of a series are bounded
 * whatever a sender puts into its headers. Not more is read at once than a slice may weigh, and what is read beside it.
 */
export async function* readSlices(
  slice: Slice,
  read: (part: Slice['parts'][number]) => Promise<Read>,
  weightMax = SLICE_WEIGHT_MAX,
): AsyncGenerator<ReadSlice> {
  for (let { parts } = slice; parts.length > 0; ) {
    const reads = await readUpTo(parts, read, weightMax);
    yield* cutByWeight(parts.slice(0, reads.length), reads, weightMax);
    parts = parts.slice(reads.length);
  }
}

async function readUpTo(
  parts: Slice['parts'],
  read: (part: Slice['parts'][number]) => Promise<Read>,
  weightMax: number,
): Promise<readonly Read[]> {
  const reads: Read[] = [];
  let [next, weight] = [0, 0];
  const reader = async () => {
    while (next < parts.length && weight < weightMax) {
      const index = next++;
      const part = parts[index];
      if (part === undefined) return;
      const done = await read(part);
      reads[index] = done;
      weight += weightOf(done);
    }
  };
  await Promise.all(Array.from({ length: HEADERS_AT_ONCE_MAX }, reader));
  return reads;
}

function* cutByWeight(
  parts: Slice['parts'],
  reads: readonly Read[],
  weightMax: number,
): Generator<ReadSlice> {
  let [start, weight] = [0, 0];
  for (const [at, read] of reads.entries()) {
    const more = weightOf(read);
    if (at > start && weight + more > weightMax) {
      yield { slice: sliceOf(parts.slice(start, at)), reads: reads.slice(start, at) };
      [start, weight] = [at, 0];
    }
    weight += more;
  }
  yield { slice: sliceOf(parts.slice(start)), reads: reads.slice(start) };
}

const weightOf = (read: Read): number =>
  'extracted' in read ? read.extracted.json.length + read.elements * ELEMENT_WEIGHT : 0;
