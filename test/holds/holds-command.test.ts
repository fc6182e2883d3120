import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import { type HoldsArchive, holdsArchive } from './holds-archive.js';

let world: HoldsArchive;
let operator: Operator;
beforeAll(async () => {
  world = await holdsArchive();
  operator = await operatorOf(world.archive.url, world.archive.logPlan);
  await world.store(1, 'someone');
});
afterAll(async () => {
  await operator.leave();
  await world.close();
});

test('arkim holds lists cases, shows how far one has come, and says whether a study is held', async () => {
  const claim = world.claimOf(1);
  expect(await operator.arkim('holds', 'of', claim)).toEqual({ code: 1, lines: ['not held'] });
  const hold = await world.open({ claim });
  expect(await operator.arkim('holds', 'of', claim)).toEqual({ code: 0, lines: ['held'] });
  expect((await operator.arkim('holds', 'show', hold)).code).toBe(1);
  await world.place();
  const { code, lines } = await operator.arkim('holds', 'show', hold);
  expect([code, JSON.parse(lines.join(''))]).toMatchObject([0, { id: hold, placed: 1 }]);
  const line = `${hold} HOSP-A study standing 2027-11-22T10:00:00.000Z 1`;
  expect(await operator.arkim('holds', 'list', 'HOSP-A')).toEqual({ code: 0, lines: [line] });
  expect((await operator.arkim('holds', 'list', '--state', 'released')).lines).toEqual([]);
});

test('arkim holds says what it needs', async () => {
  for (const args of [[], ['show'], ['all'], ['list', 'A', 'B'], ['list', '--state', 'x']])
    await expect(operator.arkim('holds', ...args)).rejects.toThrow(/holds list|--state/);
  await expect(operator.arkim('holds', 'show', 'x')).rejects.toThrow('no such hold');
});
