import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job } from './job.js';
import type { ReadPart } from './read-part.js';
import { type ReadSlice, readSlices } from './read-slices.js';
import { type Slice, slices } from './slices.js';

const jobOf = (id: number, weights: readonly number[]): Job => ({
  id: String(id),
  hospital: 'H',
  actor: 'a',
  study: undefined,
  packs: [],
  attempts: 1,
  lane: 'store',
  parts: weights.map((bytes, part) => ({ part, pack: 0, offset: 0, bytes, sha256: '' })),
});

/* A header that weighs as much as its part has bytes. */
const readIt = async ({ job, part }: Slice['parts'][number]) => {
  const weight = 'bytes' in part ? part.bytes : 0;
  const extracted = { json: ' '.repeat(weight) };
  return { job, part: part.part, elements: 0, extracted } as ReadPart;
};

const weightOf = ({ reads }: ReadSlice) =>
  reads.reduce((sum, read) => sum + ('extracted' in read ? read.extracted.json.length : 0), 0);

test('every part is read once and in order, and no slice weighs more than it may unless it is one part', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(fc.nat({ max: 60 }), { minLength: 1, maxLength: 30 }), {
        minLength: 1,
        maxLength: 4,
      }),
      async (weights) => {
        const jobs = weights.map((each, id) => jobOf(id, each));
        const cut: ReadSlice[] = [];
        for (const slice of slices(jobs))
          for await (const one of readSlices(slice, readIt, 100)) cut.push(one);
        const all = jobs.flatMap((job) => job.parts.map(({ part }) => [job.id, part]));
        expect(cut.flatMap(({ reads }) => reads.map(({ job, part }) => [job.id, part]))).toEqual(
          all,
        );
        expect(cut.flatMap(({ slice }) => slice.finishes)).toEqual(jobs);
        expect(cut.flatMap(({ slice }) => slice.opens)).toEqual(jobs);
        for (const one of cut) {
          expect(one.slice.parts.length).toBe(one.reads.length);
          expect(weightOf(one) <= 100 || one.reads.length === 1).toBe(true);
        }
      },
    ),
  ));

test('reading pauses when what was read weighs enough', async () => {
  const [slice] = slices([jobOf(1, new Array(100).fill(60))]);
  if (slice === undefined) throw new Error('no slice');
  let read = 0;
  const counting = (part: Slice['parts'][number]) => {
    read += 1;
    return readIt(part);
  };
  const cut = readSlices(slice, counting, 100);
  await cut.next();
  expect(read).toBeLessThan(20);
  await cut.return(undefined);
});
