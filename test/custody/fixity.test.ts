import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fixityFigures, openDamage } from '#index/postgres/fixity-ledger';
import {
  type CustodyArchive,
  custodyArchive,
  flipped,
  once,
  placeOf,
  tamper,
} from './custody-archive.js';

let archive: CustodyArchive;
beforeAll(async () => {
  archive = await custodyArchive();
});
afterAll(() => archive.close());

const told = async (type: string) =>
  (await archive.facts(type)).map(({ stream, data }) => ({
    stream,
    ...(data as Record<string, unknown>),
  }));
const ask = () =>
  archive.pool.query(`update fixity_work set asked_at = now() + interval '20 years'`);
/** A whole round, begun because somebody asks for it. */
const round = async () => {
  archive.passDays(1);
  await archive.pool.query('update fixity_work set asked_at = now() + interval $$20 years$$');
  const step = await archive.step();
  await archive.pool.query('update fixity_work set asked_at = null');
  return step;
};

describe('everything is read again', () => {
  test('nothing is told while there is nothing to read', async () =>
    expect(await archive.step()).toBe('rest'));

  test('in batches that tell how far they came, and once for the days', async () => {
    await archive.hold('1.2.1');
    await archive.hold('1.2.2', 'HOSP-B');
    const step = await archive.step();
    expect(step).toMatchObject({ told: { batch: '1-1', damaged: 0, isLast: true }, healed: 0 });
    expect(await archive.step()).toBe('rest');
    const [batch] = await told('FixityBatchVerified');
    expect(batch).toMatchObject({ stream: 'fixity-batch-1-1', packs: 4 });
    const figures = await fixityFigures(archive.pool);
    expect(figures).toMatchObject({ damagedPacks: 0, round: { round: 1, packs: 4 } });
    expect(figures.oldestReadingAt).toBeDefined();
  });

  test('a round begins when half of the days are over', async () => {
    archive.passDays(44);
    expect(await archive.step()).toBe('rest');
    archive.passDays(1);
    expect(await archive.step()).toMatchObject({ told: { batch: '2-1', isLast: true } });
  });

  test('by one worker at a time', async () => {
    await ask();
    await archive.pool.query(
      `update fixity_work set worker = gen_random_uuid(), leased_until = now() + interval '1 minute'`,
    );
    expect(await archive.step()).toBe('held');
    await archive.pool.query(`update fixity_work set leased_until = now() - interval '1 second'`);
    expect(await archive.step()).toMatchObject({ told: { batch: '3-1' } });
    await archive.pool.query('update fixity_work set asked_at = null');
  });
});

describe('a bit that flips', () => {
  test('in a landing pack is told on the study whose bytes it is, and on no other', async () => {
    const { claim } = await archive.hold('1.2.10');
    await archive.hold('1.2.11');
    const { key, offset, sha256 } = await placeOf(archive, '1.2.10');
    await tamper(archive, key, flipped(offset + 200));
    expect(await round()).toMatchObject({ told: { damaged: 1 }, healed: 0 });
    const [failed, ...more] = await told('FixityFailed');
    expect(more).toEqual([]);
    expect(failed).toMatchObject({
      stream: `fixity-${claim}`,
      ...{ claim, hospital: 'HOSP-A', kind: 'landing', damage: 'bytes', count: 1, key },
      contents: [{ sha256 }],
    });
    expect(await openDamage(archive.pool, 'HOSP-A', 10)).toMatchObject([{ claim, contents: 1 }]);
    expect(await openDamage(archive.pool, 'HOSP-B', 10)).toEqual([]);
  });

  test('is told once, and once that it was put right', async () => {
    await round();
    expect(await told('FixityFailed')).toHaveLength(1);
    const { key, offset } = await placeOf(archive, '1.2.10');
    await tamper(archive, key, flipped(offset + 200));
    expect(await round()).toMatchObject({ told: { damaged: 0 } });
    expect(await told('FixityHealed')).toMatchObject([{ by: 'read-again' }]);
    expect(await openDamage(archive.pool, undefined, 10)).toEqual([]);
    expect(await fixityFigures(archive.pool)).toMatchObject({ damagedPacks: 0, healedPacks: 1 });
  });

  test('in a settled pack is healed from a second copy, and told', async () => {
    const { claim } = await archive.hold('1.2.12', 'HOSP-A', 3);
    await archive.settle(claim);
    const { key, offset } = await placeOf(archive, '1.2.12');
    expect(key).toContain('settled');
    const sound = await tamper(archive, key, flipped(offset + 5));
    const heal = async (damaged: string) => {
      if (damaged !== key) return false;
      await archive.store.remove(key);
      await archive.store.put(key, once(sound));
      return true;
    };
    await ask();
    const step = await archive.workerOf(heal)(new AbortController().signal);
    expect(step).toMatchObject({ told: { damaged: 1 }, healed: 1 });
    const healed = await told('FixityHealed');
    expect(healed.at(-1)).toMatchObject({ claim, by: 'second-copy' });
    await archive.pool.query('update fixity_work set asked_at = null');
    expect(await round()).toMatchObject({ told: { damaged: 0 } });
  });
});

test('a pack that is gone is told as missing; one whose removal is a fact is not', async () => {
  const { claim } = await archive.hold('1.2.13', 'HOSP-B');
  const { key } = await placeOf(archive, '1.2.13', 'HOSP-B');
  await archive.store.remove(key);
  expect(await round()).toMatchObject({ told: { damaged: 1 } });
  expect((await told('FixityFailed')).at(-1)).toMatchObject({ claim, damage: 'missing', count: 0 });
});

test('a signal ends the reading, and the next worker begins where the last batch ended', async () => {
  const stop = new AbortController();
  stop.abort();
  archive.passDays(100);
  expect(await archive.workerOf()(stop.signal)).toBe('rest');
  expect(await archive.step()).toMatchObject({ told: { number: 1, isLast: true } });
});

test('rows are made again from the log', async () => {
  for (const table of ['fixity_batches', 'fixity_damage'] as const)
    expect(await archive.rebuildTable(table)).toMatchObject({ shown: [] });
  await archive.pool.query(`update fixity_damage set damage = 'trailer'`);
  expect(await archive.rebuildTable('fixity_damage', { repair: true })).toMatchObject({
    repaired: true,
  });
});
