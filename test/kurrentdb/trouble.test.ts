import { createServer } from 'node:net';
import { afterAll, expect, test } from 'vitest';
import { appendOf, collect } from '../../libs/events/src/event-store.testing.js';
import { EventStoreUnavailable } from '../../libs/events/src/event-store-unavailable.js';
import { kurrentEventStore } from '../../libs/events/src/kurrentdb/kurrent-event-store.js';
import { closeLogs } from './server.js';

afterAll(closeLogs);

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' ? (address?.port ?? 0) : 0));
    });
  });

test('a server that is away is told as such, by every call', async () => {
  const log = kurrentEventStore({ url: `kurrentdb://127.0.0.1:${await freePort()}?tls=false` });
  const calls = [
    () => log.append([appendOf('s', 0)]),
    () => log.after(undefined, 10),
    () => collect(log.read('s')),
  ];
  const told = await Promise.all(calls.map((call) => call().catch((error: unknown) => error)));
  for (const error of told) expect(error).toBeInstanceOf(EventStoreUnavailable);
  await log.close();
});
