import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  HOSPITAL,
  image,
  NO_DIFFERENCE,
  noteOn,
  type RejectingArchive,
  rejectingArchive,
  uidsOf,
} from './rejecting-archive.js';

/* Each run is a study of its own in one archive; what all of them left is rebuilt in the end. */
const RUNS = 12;

let archive: RejectingArchive;
beforeAll(async () => {
  archive = await rejectingArchive();
});
afterAll(() => archive.close());

type Named = readonly (readonly [series: number, instance: number])[];
type Step =
  | Readonly<{ act: 'store'; named: Named }>
  | Readonly<{ act: 'reject'; named: Named; code: string }>
  | Readonly<{ act: 'revoke'; pick: number }>
  | Readonly<{ act: 'settle' }>;

const named = fc.uniqueArray(
  fc.tuple(fc.integer({ min: 1, max: 2 }), fc.integer({ min: 1, max: 3 })),
  { minLength: 1, maxLength: 3, selector: String },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ act: fc.constant('store' as const), named }) },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constant('reject' as const),
      named,
      code: fc.constantFrom('113001', '113037'),
    }),
  },
  { weight: 2, arbitrary: fc.record({ act: fc.constant('revoke' as const), pick: fc.nat(9) }) },
  { weight: 1, arbitrary: fc.record({ act: fc.constant('settle' as const) }) },
);

let studies = 0;

/** What may be seen by what was said, and nothing of how it is kept. */
async function play(study: number, steps: readonly Step[]): Promise<readonly string[]> {
  const stored = new Set<string>();
  const notes = new Map<string, readonly string[]>();
  const uidOf = ([series, instance]: Named[number]) => uidsOf(study, series, instance).instance;
  for (const [at, one] of steps.entries()) {
    if (one.act === 'store') {
      await archive.send(one.named.map(([series, instance]) => image(study, series, instance)));
      for (const each of one.named) stored.add(uidOf(each));
    }
    if (one.act === 'reject') {
      const instance = `1.2.${study}.900.${at + 1}`;
      await archive.send([noteOn(study, one.code, one.named, { instance })]);
      const id = archive.core.ingest.ids.instance(HOSPITAL, instance).toString('hex');
      notes.set(id, one.named.map(uidOf));
    }
    if (one.act === 'revoke') await revokeOne(study, notes, one.pick);
    if (one.act === 'settle') await archive.settle(study);
  }
  const rejected = new Set([...notes.values()].flat());
  return [...stored].filter((uid) => !rejected.has(uid)).sort();
}

async function revokeOne(
  study: number,
  notes: Map<string, readonly string[]>,
  pick: number,
): Promise<void> {
  const id = [...notes.keys()].at(pick % Math.max(notes.size, 1));
  const held = id === undefined ? undefined : await archive.held.find(HOSPITAL, id);
  if (id === undefined || held === undefined) return;
  expect(held.claim).toBe(archive.claimOf(study));
  await archive.held.revoke({ ...held, hospital: HOSPITAL, actor: 'test' });
  await archive.core.revoke();
  notes.delete(id);
}

test('in any order of stores, notes, revocations and settling, just what no note that holds names is seen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 9 }), async (steps) => {
      const study = 1_000 + studies++;
      const seen = await play(study, steps);
      expect(await archive.found(study)).toEqual(seen);
      const [row] = await archive.search(`/studies?StudyInstanceUID=1.2.${study}`);
      expect(row?.['00201208'].Value[0] ?? 0).toBe(seen.length);
    }),
    { numRuns: RUNS },
  );
  expect(await archive.core.rebuild()).toMatchObject(NO_DIFFERENCE);
}, 180_000);
