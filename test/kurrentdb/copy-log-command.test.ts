import { afterAll, expect, test, vi } from 'vitest';
import { UsageFault } from '../../apps/archive-cli/src/command.js';
import { appendOf } from '../../libs/events/src/event-store.testing.js';
import { postgresEventStore } from '../../libs/events/src/postgres/postgres-event-store.js';
import { takeArchiveLock } from '../../libs/platform/src/archive-lock.js';
import { operatorOf } from '../rebuild/operator.js';
import { testDatabase } from '../support/postgres.js';

const database = await testDatabase();
const operator = await operatorOf(database.url);
afterAll(async () => {
  await operator.leave();
  await database.close();
});

test('a log is not copied beside a running archive, nor to nowhere', async () => {
  await postgresEventStore(database.pool).append([appendOf('s', 0, 3)]);
  await expect(operator.arkim('copy-log')).rejects.toThrow(UsageFault);
  vi.stubEnv('ARKIM_KURRENTDB_URL', '');
  await expect(operator.arkim('copy-log', '--to', 'kurrentdb')).rejects.toThrow('is not set');
  vi.stubEnv('ARKIM_KURRENTDB_URL', 'kurrentdb://127.0.0.1:1?tls=false');
  const archive = await takeArchiveLock(database.url);
  await expect(operator.arkim('copy-log', '--to', 'kurrentdb')).rejects.toThrow('stop it first');
  await archive?.release();
});
