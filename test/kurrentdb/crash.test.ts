import { exec } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { appendOf, collect, follow } from '../../libs/events/src/event-store.testing.js';
import { EventStoreUnavailable } from '../../libs/events/src/event-store-unavailable.js';
import { closeLogs, openLog } from './server.js';

afterAll(closeLogs);

const RESTART = process.env['ARKIM_TEST_KURRENTDB_RESTART'] ?? '';
const WRITERS = 8;
const STREAMS = ['a', 'b', 'c'];

test('a server that is killed loses nothing that it acknowledged, and no append is torn', async () => {
  const log = openLog();
  const end = new AbortController();
  const write = async (writer: number) => {
    let acknowledged = 0;
    while (!end.signal.aborted) {
      const appends = STREAMS.map((name) => appendOf(`${name}${writer}`, acknowledged * 2, 2));
      try {
        expect((await log.append(appends)).ok).toBe(true);
        acknowledged++;
      } catch (error) {
        expect(error).toBeInstanceOf(EventStoreUnavailable);
      }
    }
    return acknowledged * 2;
  };
  const writers = Promise.all(Array.from({ length: WRITERS }, (_, n) => write(n)));
  await follow(log, 500);
  for (let turn = 0; turn < 3; turn++) await promisify(exec)(RESTART);
  end.abort();
  const acknowledged = await writers;
  let total = 0;
  for (const [writer, versions] of acknowledged.entries())
    for (const name of STREAMS) {
      const read = await collect(log.read(`${name}${writer}`));
      expect(read.map(({ version }) => version)).toEqual(
        Array.from({ length: versions }, (_, n) => n + 1),
      );
      total += versions;
    }
  expect(new Set((await follow(log, total)).map(({ id }) => id)).size).toBe(total);
});
