import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryKeyRing } from '#events/memory/memory-key-ring';
import { retentionCommands } from '#index/postgres/retention-commands';
import { writeSchedules } from '#index/postgres/write-schedules';
import { factPorts } from '../../apps/archive-api/src/governance/governance.module.js';
import { type RetentionArchive, retentionArchive } from '../retention/retention-archive.js';
import { loggedIn } from './roles.js';

let archive: RetentionArchive;
beforeAll(async () => {
  archive = await retentionArchive({ 'HOSP-A': 'FR' });
});
afterAll(() => archive.close());

test('the edge tells what moves a schedule, the retention worker makes it, and neither does the other’s work', async () => {
  const claim = await archive.hold({
    ...{ hospital: 'HOSP-A', study: '1.1', patient: 'ann', date: '20100601' },
  });
  const { url } = archive.database;
  const data = { subject: archive.patient('ann'), source: 'HOSP-A' };
  const death = { type: 'DeathRecorded', data, personal: { date: '2012-01-01' } } as const;
  const told = await loggedIn(url, 'arkim_api', async (pool) => {
    await expect(writeSchedules(pool)).rejects.toThrow('permission denied');
    const facts = factPorts(pool, memoryKeyRing(randomBytes), undefined);
    return retentionCommands(facts).record({ id: randomUUID(), actor: 'test' }, death);
  });
  expect(told).toEqual({ ok: true });
  await loggedIn(url, 'arkim_retention', async (pool) => {
    for (let busy = true; busy; ) busy = (await writeSchedules(pool)).isBusy;
    await writeSchedules(pool);
    const tables = ['deaths', 'retention_disputes', 'retention_marks', 'retention_policies'];
    for (const table of tables)
      await expect(pool.query(`delete from ${table}`)).rejects.toThrow('permission denied');
  });
  expect(await archive.scheduleOf(claim)).toMatchObject({ due: '2022-01-02' });
});
