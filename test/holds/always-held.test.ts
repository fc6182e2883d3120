import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { linkIdentities } from '#index/postgres/identity-commands';
import { identityPorts, said } from '../identity/people.js';
import { type HoldsArchive, holdsArchive } from './holds-archive.js';

let world: HoldsArchive;
beforeAll(async () => {
  world = await holdsArchive();
});
afterAll(() => world.close());

/* Two patients with two studies each; `which` chooses among them, or among the cases that were opened. */
type Step = Readonly<{ kind: (typeof KINDS)[number]; which: number }>;
const KINDS = [
  ...(['store', 'store', 'open-study', 'open-patient', 'open-query'] as const),
  ...(['release', 'release', 'link', 'place'] as const),
];
const STEPS_MAX = 16;
const RUNS = 12;

const steps = fc.array(
  fc.record({ kind: fc.constantFrom(...KINDS), which: fc.nat({ max: 3 }) }) as fc.Arbitrary<Step>,
  { minLength: 4, maxLength: STEPS_MAX },
);

type Opened = Readonly<{ hold: string; isAbout: (study: number) => boolean }>;

/** What should be so, said without looking at the archive. */
const emptyModel = (run: number) => ({
  run,
  stored: new Set<number>(),
  linked: false,
  standing: [] as Opened[],
});
type Model = ReturnType<typeof emptyModel>;

const numberOf = ({ run }: Model, study: number) => 1_000 * run + study;
const claimOf = (model: Model, study: number) => world.claimOf(numberOf(model, study));
const patientOf = ({ run }: Model, study: number) => `run-${run}-${study % 2}`;
const identifierOf = (model: Model, study: number) => ({
  authority: 'HOSP-A',
  value: patientOf(model, study),
});

async function open(model: Model, kind: Step['kind'], which: number): Promise<void> {
  const { ids } = world.archive.ingest;
  if (kind === 'open-study' && model.stored.has(which)) {
    const hold = await world.open({ claim: claimOf(model, which) });
    model.standing.push({ hold, isAbout: (study) => study === which });
  }
  if (kind === 'open-patient') {
    const patient = ids.patient('HOSP-A', patientOf(model, which));
    const hold = await world.open({ scope: 'patient', patient });
    const isAbout = (study: number) => model.linked || study % 2 === which % 2;
    model.standing.push({ hold, isAbout });
  }
  if (kind === 'open-query') {
    const criteria = { from: '', to: '', groups: ['CT'], regions: [] };
    const hold = await world.open({ scope: 'query', criteria });
    model.standing.push({ hold, isAbout: () => true });
  }
}

async function take(model: Model, { kind, which }: Step): Promise<void> {
  if (kind === 'store') {
    await world.store(numberOf(model, which), patientOf(model, which));
    model.stored.add(which);
  } else if (kind === 'release') {
    const [over] = model.standing.splice(which % Math.max(model.standing.length, 1), 1);
    if (over) expect(await world.release(over.hold)).toEqual({ ok: true });
  } else if (kind === 'link') {
    const pair = { patient: identifierOf(model, 0), other: identifierOf(model, 1) };
    await linkIdentities(identityPorts(world.archive), said(), pair);
    model.linked = true;
  } else if (kind === 'place') await world.placeOnce();
  else await open(model, kind, which);
}

async function expectHeld(model: Model): Promise<void> {
  for (const study of model.stored)
    if (model.standing.some(({ isAbout }) => isAbout(study)))
      expect([study, await world.isHeld(claimOf(model, study))]).toEqual([study, true]);
}

test('a study that a standing case is about is held, in any order of opening, releasing, storing, linking and placing', async () => {
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const model = emptyModel(++runs);
      for (const step of taken) {
        await take(model, step);
        await expectHeld(model);
      }
      await world.place();
      await expectHeld(model);
      for (const { hold } of model.standing.splice(0)) await world.release(hold);
      await world.place();
      for (const study of model.stored) {
        const told = await world.placements(claimOf(model, study));
        const placed = told.filter((line) => line.startsWith('LegalHoldPlaced'));
        expect([await world.isHeld(claimOf(model, study)), told.length]).toEqual([
          false,
          2 * placed.length,
        ]);
      }
    }),
    { numRuns: RUNS },
  );
});
