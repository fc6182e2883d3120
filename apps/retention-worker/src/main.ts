import { setTimeout as delay } from 'node:timers/promises';
import { readConfig } from '#platform/config';
import { drainOnSignal } from '#platform/drain';
import { createLog } from '#platform/log';
import { runChanges } from './changes/run-changes.js';
import { runCopies } from './copies/run-copies.js';
import { runDisposal } from './disposal/run-disposal.js';
import { runLogSeal, runStamps } from './evidence/run-evidence.js';
import { runFixity } from './fixity/run-fixity.js';
import { runHolds } from './holds/run-holds.js';
import { runLedger } from './keys/run-ledger.js';
import { openRetentionWorker } from './retention-worker.module.js';
import { runRetire, runSweep } from './run-retention.js';
import { runSchedules } from './schedules/run-schedules.js';
import { runSeal } from './seal/run-seal.js';
import { runTell } from './tell/run-tell.js';
import { runWebhooks } from './webhooks/run-webhooks.js';

const config = readConfig();
const log = createLog({ name: 'retention-worker', level: config.logLevel });
const stop = new AbortController();
const { signal } = stop;

const worker = await openRetentionWorker(config, log);
const pause = (ms: number) =>
  delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
const loop = { worker, log, pause, nowMs: () => Date.now() };
const loops = Promise.all([
  runRetire(loop, signal),
  runSweep(loop, signal),
  runSeal(loop, signal),
  runTell(loop, signal),
  runChanges(loop, signal),
  runDisposal(loop, signal),
  runHolds(loop, signal),
  runCopies(loop, signal),
  runWebhooks(loop, signal),
  runSchedules(loop, signal),
  runFixity(loop, signal),
  runLogSeal(loop, signal),
  runStamps(loop, signal),
  runLedger(loop, signal),
]);

drainOnSignal({
  drain: async () => {
    stop.abort();
    await loops;
    await worker.close();
  },
  onFault: (err) => log.error({ err }, 'the worker did not stop cleanly'),
});
