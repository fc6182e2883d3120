import type { Extract } from './extract.js';
import type { ExtractReaderOptions, ReadExtract } from './extract-reader.js';
import { openExtract } from './extract-reader.js';
import { inParallel } from './in-parallel.js';
import type { Place } from './series-view.js';

export type WantedExtract = Readonly<{ claim: string; place: Place }>;

/** Reads extracts in the order asked; undefined where the study's key is destroyed. */
export type ReadExtracts = (
  wanted: readonly WantedExtract[],
) => Promise<readonly (Extract | undefined)[]>;

/** Reads at once. */
const READS_MAX = 4;
/** Extracts that lie end to end are read together, up to so many bytes. */
const RUN_BYTES_MAX = 1024 * 1024;

/** One after the other by `readExtract`, some at once. */
export const readEach =
  (readExtract: ReadExtract): ReadExtracts =>
  (wanted) =>
    inParallel(wanted, READS_MAX, ({ claim, place }) => readExtract(claim, place));

/** For whoever reads all extracts there are, each once: neighbours are read together, keys are asked for together, nothing is kept. */
export function extractsReader({
  keys,
  readBytes,
}: Pick<ExtractReaderOptions, 'keys' | 'readBytes'>): ReadExtracts {
  return async (wanted) => {
    if (wanted.length === 0) return [];
    const found = await keys.find([...new Set(wanted.map(({ claim }) => claim))]);
    const extracts: (Extract | undefined)[] = wanted.map(() => undefined);
    const places = wanted
      .map(({ claim, place }, index) => ({ claim, place, index }))
      .filter(({ claim }) => found.get(claim) !== 'destroyed');
    await inParallel(runsOf(places), READS_MAX, async ({ place, members }) => {
      const bytes = await readBytes(place);
      for (const { index, claim, offset, length } of members)
        extracts[index] = openExtract(
          claim,
          found.get(claim),
          bytes.subarray(offset - place.offset, offset - place.offset + length),
        );
    });
    return extracts;
  };
}

type Member = Readonly<{ index: number; claim: string; offset: number; length: number }>;
type Run = Readonly<{ place: Place; members: readonly Member[] }>;

/** Places end to end in one object become one. */
const runsOf = (places: readonly (WantedExtract & { index: number })[]): readonly Run[] => {
  const runs: { place: Place; members: Member[] }[] = [];
  const inOrder = [...places].sort(
    (a, b) => compareText(a.place.key, b.place.key) || a.place.offset - b.place.offset,
  );
  for (const { claim, place, index } of inOrder) {
    const member = { index, claim, offset: place.offset, length: place.bytes };
    const last = runs.at(-1);
    if (last !== undefined && isNext(last.place, place)) {
      last.place = { ...last.place, bytes: last.place.bytes + place.bytes };
      last.members.push(member);
    } else runs.push({ place, members: [member] });
  }
  return runs;
};

const isNext = (before: Place, place: Place): boolean =>
  before.key === place.key &&
  before.offset + before.bytes === place.offset &&
  before.bytes + place.bytes <= RUN_BYTES_MAX;

const compareText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
