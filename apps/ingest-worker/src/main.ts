import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { hearChannel } from '#platform/hear-channel';
import { createLog } from '#platform/log';
import { wakeUp } from '#platform/wake-up';
import { openIngestWorker } from './ingest-worker.module.js';
import { runFill } from './run-fill.js';
import { runFulfil } from './run-fulfil.js';
import { runIngest } from './run-ingest.js';
import { runSettle } from './run-settle.js';

const config = readConfig();
const log = createLog({ name: 'ingest-worker', level: config.logLevel });
const stop = new AbortController();
const { signal } = stop;
const { knock, sleep } = wakeUp(signal);

const worker = await openIngestWorker(config, log);
const lost = (err: unknown) => log.warn({ err }, 'the connection that hears of jobs was lost');
const { pool, ingest, settle, fulfil, fill } = worker;
const pause = wakeUp(signal).sleep;
const loops = Promise.all([
  runIngest({ ingest, pool, log, awaitWork: sleep, pause }, signal),
  runSettle({ settle, pool, log, quietMs: config.settleQuietMs, pause }, signal),
  runFill({ fill, log }, signal),
  fulfil && runFulfil({ fulfil, log, pause }, signal),
  hearChannel(worker.sessions, 'ingest', knock, { signal, lost }),
]);

drainOnSignal({
  drain: async () => {
    stop.abort();
    await loops;
    await worker.close();
  },
  onFault: (err) => log.error({ err }, 'the worker did not stop cleanly'),
});
