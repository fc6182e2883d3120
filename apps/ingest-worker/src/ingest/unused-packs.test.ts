import { expect, test } from 'vitest';
import type { Job } from './job.js';
import { unusedPacks } from './unused-packs.js';

const part = (number: number, pack: number) => ({
  part: number,
  pack,
  offset: 0,
  bytes: 1,
  sha256: '',
});
const job: Job = {
  id: 'j',
  hospital: 'HOSP-A',
  actor: 'a',
  study: undefined,
  attempts: 1,
  lane: 'store',
  packs: ['p0', 'p1', 'p2'].map((pack) => ({ pack, key: pack, bytes: 1 })),
  parts: [part(0, 0), part(1, 1), part(2, 1), part(3, 2), { part: 4, refused: 'too-large' }],
};

test('a pack is used when one of its parts was stored, whatever became of the others', () =>
  expect(
    unusedPacks({
      job,
      outcomes: [
        { part: 0, outcome: 'same' },
        { part: 1, outcome: 'stored' },
        { part: 2, outcome: 'same' },
        { part: 3, outcome: 'quarantined' },
        { part: 4, outcome: 'refused' },
      ],
    }),
  ).toEqual(['p0', 'p2']));
