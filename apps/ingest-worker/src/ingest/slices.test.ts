import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Job } from './job.js';
import { slices } from './slices.js';

const job = (id: number, parts: number): Job => ({
  id: String(id),
  hospital: 'H',
  actor: 'a',
  study: undefined,
  packs: [],
  attempts: 1,
  lane: 'store',
  parts: Array.from({ length: parts }, (_, part) => ({
    part,
    pack: 0,
    offset: 0,
    bytes: 1,
    sha256: '',
  })),
});

test('every part is in one slice, every job is opened once and finished once, in its own last slice', () =>
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 }),
      fc.integer({ min: 1, max: 9 }),
      (sizes, partsMax) => {
        const jobs = sizes.map((size, id) => job(id, size));
        const cut = slices(jobs, partsMax);
        expect(cut.flatMap(({ parts }) => parts)).toHaveLength(sizes.reduce((a, b) => a + b, 0));
        expect(cut.flatMap(({ opens }) => opens)).toEqual(jobs);
        expect(cut.flatMap(({ finishes }) => finishes)).toEqual(jobs);
        for (const slice of cut) {
          expect(slice.parts.length).toBeLessThanOrEqual(partsMax);
          for (const { job: of } of slice.parts)
            expect([...slice.finishes, ...slice.continues]).toContain(of);
        }
      },
    ),
  ));
