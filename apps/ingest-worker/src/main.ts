import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { hearChannel } from '#platform/hear-channel';
import { createLog } from '#platform/log';
import { wakeUp } from '#platform/wake-up';
import { handOverSocket } from '#storage/hand-over-socket';
import { hearHandedOver } from '#storage/handed-over';
import { handedJobs } from './handed/handed-jobs.js';
import { runHanded } from './handed/run-handed.js';
import { openIngestWorker } from './ingest-worker.module.js';
import { runFill } from './run-fill.js';
import { runFulfil } from './run-fulfil.js';
import { runIngest } from './run-ingest.js';
import { runManifests } from './run-manifests.js';
import { runReclassify } from './run-reclassify.js';
import { runRevocations } from './run-revocations.js';
import { runSettle } from './run-settle.js';

const config = readConfig();
const log = createLog({ name: 'ingest-worker', level: config.logLevel });
const stop = new AbortController();
const { signal } = stop;
const { knock, sleep } = wakeUp(signal);

const worker = await openIngestWorker(config, log);
const lost = (err: unknown) => log.warn({ err }, 'the connection that hears of jobs was lost');
const { pool, ingest, settle, manifests, fulfil, fill, reclassify, revoke } = worker;
const pause = wakeUp(signal).sleep;
const bell = wakeUp(signal);
const handed = handedJobs(worker.handedBodies, {
  nowMs: () => performance.now(),
  knock: bell.knock,
});
/* Facts that don't commit with the job's row are for the queue: it knows how to take them up again. */
const socket = fulfil === undefined ? handOverSocket(config.dataFolder) : undefined;
/* What is under way is answered before edges are hung up on. */
const hangUp = new AbortController();
const failed = (err: unknown) => log.warn({ err }, 'edges can hand nothing over; they queue');
const loops = Promise.all([
  runIngest({ ingest, pool, log, awaitWork: sleep, pause }, signal),
  runSettle({ settle, pool, log, quietMs: config.settleQuietMs, pause }, signal),
  runManifests({ ...manifests, pool, log, pause }, signal),
  runFill({ fill, log }, signal),
  runRevocations({ revoke, log, pause: wakeUp(signal).sleep }, signal),
  runReclassify({ reclassify, log, pause: wakeUp(signal).sleep }, signal),
  fulfil && runFulfil({ fulfil, log, pause }, signal),
  hearChannel(worker.sessions, 'ingest', knock, { signal, lost }),
  runHanded({ ingest, handed, log, awaitWork: bell.sleep }, signal).finally(() => hangUp.abort()),
  socket && hearHandedOver(socket, handed.take, { signal: hangUp.signal, failed }),
]);

drainOnSignal({
  drain: async () => {
    stop.abort();
    await loops;
    await worker.close();
  },
  onFault: (err) => log.error({ err }, 'the worker did not stop cleanly'),
});
