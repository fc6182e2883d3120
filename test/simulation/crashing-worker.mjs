/*
 * The ingest worker over real ports that count its steps and, at step `crashAt`, end the process with SIGKILL.
 * A step is a moment between two effects on the outside: before and after each put, read and statement.
 * Arguments: one JSON object. Prints the number of steps when it was not killed.
 */

import { ingestBatch } from '../../dist/apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../dist/apps/ingest-worker/src/ingest/take-jobs.js';
import { composeIngestWorker } from '../../dist/apps/ingest-worker/src/ingest-worker.module.js';
import { dueStudies, settled } from '../../dist/apps/ingest-worker/src/settle/due-studies.js';
import { settleStudy } from '../../dist/apps/ingest-worker/src/settle/settle-study.js';
import { kurrentLog } from '../../dist/libs/events/src/kurrentdb/kurrent-log.js';
import { postgresLog } from '../../dist/libs/events/src/postgres/postgres-log.js';
import { parseTerms, TERM_FILES } from '../../dist/libs/exams/src/terms.js';
import { ensureFindable } from '../../dist/libs/index/src/postgres/ensure-findable.js';
import { readInstalled } from '../../dist/libs/platform/src/installed-files.js';
import { createPool } from '../../dist/libs/platform/src/postgres-pool.js';
import { openFileObjectStore } from '../../dist/libs/storage/src/filesystem/file-object-store.js';

const { url, root, crashAt, settleNow, log: logPlan } = JSON.parse(process.argv[2]);

let steps = 0;
const step = () => {
  steps += 1;
  if (steps === crashAt) process.kill(process.pid, 'SIGKILL');
};

/** Every call of these methods is a step before and a step after. */
const stepping = (target, methods) =>
  new Proxy(target, {
    get(object, name) {
      const value = object[name];
      if (typeof value !== 'function') return value;
      if (name === 'connect') return async () => stepping(await value.call(object), ['query']);
      if (!methods.includes(name)) return value.bind(object);
      return async (...args) => {
        step();
        const result = await value.apply(object, args);
        step();
        return result;
      };
    },
  });

/** A log apart from the index, when there is one. */
const openLog = async () => {
  if (logPlan === undefined) return undefined;
  if (logPlan.postgres === undefined) {
    const log = kurrentLog(logPlan);
    return { log, close: log.close };
  }
  const logPool = createPool({ url: logPlan.postgres, name: 'simulation' });
  return { log: postgresLog(logPool), close: () => logPool.end() };
};

const plainPool = createPool({ url, name: 'simulation' });
const plainCommitPool = createPool({ url, name: 'simulation', pipeline: true });
const plainStore = await openFileObjectStore({
  root,
  report: (fault) => {
    throw fault;
  },
});
await ensureFindable(plainPool);
const pool = stepping(plainPool, ['query']);
const commitPool = stepping(plainCommitPool, ['query']);
const store = stepping(plainStore, ['put', 'read', 'stream']);
const openedLog = await openLog();
const secrets = { masterKey: Buffer.alloc(32, 1), lookupKey: Buffer.alloc(32, 2) };
const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);
const worker = composeIngestWorker({
  pool,
  commitPool,
  store,
  ...(openedLog && { log: stepping(openedLog.log, ['append', 'versions']) }),
  secrets,
  terms: parseTerms(files, digest),
  nowMs: () => performance.now(),
});

for (let jobs = await takeJobs(commitPool); jobs.length > 0; jobs = await takeJobs(commitPool))
  await ingestBatch(worker.ingest, jobs);
if (settleNow)
  for (const study of await dueStudies(pool, 0)) {
    await settleStudy(worker.settle, study);
    await settled(pool, study);
  }

/* What was left by one who died and whose work nobody repeats. */
await worker.fulfil?.();

await openedLog?.close();
plainStore.close();
await plainCommitPool.end();
await plainPool.end();
process.stdout.write(`${JSON.stringify({ steps })}\n`);
