import { statfsSync } from 'node:fs';
import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { forkProcess } from '../machine/forked.mjs';
import { cpuMsOf, listProcesses, treeOf } from '../machine/processes.mjs';
import { keepState } from './state.mjs';

const blockStudies = 128;
/** Blocks under way in one process: one makes its headers while the other waits for its commit, as the worker's two lanes do. */
const lanes = 2;
const sampleMs = 10_000;

/** Fills up to `studies`; answers with why it ended before, undefined when it didn't. */
export async function fill({ database, state, studies, options, closing, say }) {
  const workers = await openWorkers({ database, state, options, closing });
  const progress = openProgress({ state, studies, workers, database, options, say });
  const blocks = blocksOf(state.filled, studies);
  const done = doneBlocks(state);
  const lane = async (worker) => {
    for (let block = blocks.next(); !block.done && !progress.full(); block = blocks.next()) {
      progress.note(await worker.ask('block', block.value));
      done(block.value);
    }
  };
  await Promise.all(workers.flatMap((worker) => Array.from({ length: lanes }, () => lane(worker))));
  progress.end();
  await Promise.all(workers.map((worker) => worker.stop()));
  return progress.full();
}

async function openWorkers({ database, state, options, closing }) {
  const file = fileURLToPath(new URL('./fill-process.mjs', import.meta.url));
  const workers = Array.from({ length: options.workers }, () => forkProcess(file));
  const { folder, plan } = state;
  for (const worker of workers) {
    await closing.add(worker.stop);
    await worker.ask('open', { folder, url: database.url, plan });
  }
  return workers;
}

function* blocksOf(first, studies) {
  for (let at = first; at < studies; at += blockStudies)
    yield { first: at, count: Math.min(blockStudies, studies - at) };
}

/** Blocks end out of order: `filled` goes on when all before have ended. */
function doneBlocks(state) {
  const ended = new Map();
  return ({ first, count }) => {
    ended.set(first, count);
    for (let next = ended.get(state.filled); next !== undefined; next = ended.get(state.filled)) {
      ended.delete(state.filled);
      state.filled += next;
    }
  };
}

/** Writes a line and a sample every ten seconds, and watches the disk. */
function openProgress({ state, studies, workers, database, options, say }) {
  const now = { studies: 0, series: 0, instances: 0 };
  const cpu = cpuMeter({ workers, database });
  const startMs = performance.now();
  let [last, reason] = [{ ...now, ms: 0 }, undefined];
  const take = () => {
    const ms = performance.now() - startMs;
    const sample = { ...now, ms: ms - last.ms, ...cpu() };
    for (const name of ['studies', 'series', 'instances']) sample[name] -= last[name];
    last = { ...now, ms };
    state.samples.push(sample);
    keepState(state);
    reason ??= refusal(state.folder, options.freeBytesMin);
    say(lineOf({ sample, state, studies }));
  };
  const timer = setInterval(take, sampleMs);
  return {
    full: () => reason,
    note(made) {
      for (const name of Object.keys(now)) now[name] += made[name];
    },
    end() {
      clearInterval(timer);
      take();
      if (reason !== undefined) say(reason);
    },
  };
}

function refusal(folder, freeBytesMin) {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < freeBytesMin
    ? `the disk has less than ${freeBytesMin / 1e9} GB free: the fill ends here`
    : undefined;
}

function lineOf({ sample, state, studies }) {
  const perSecond = (count) => (count * 1000) / sample.ms;
  const rate = perSecond(sample.studies);
  const minutes = rate === 0 ? '?' : Math.ceil((studies - state.filled) / rate / 60);
  return `${state.filled}/${studies} studies, ${rate.toFixed(0)} studies/s, ${perSecond(sample.instances).toFixed(0)} instances/s, ${minutes} min to go`;
}

/** CPU milliseconds since the last call: of the filling processes, and of PostgreSQL. */
function cpuMeter({ workers, database }) {
  const own = new Set(workers.map(({ pid }) => pid));
  const used = () => {
    const processes = listProcesses();
    const postgres = treeOf(processes, { pid: database.pid });
    return { cpuMs: cpuMsOf(processes, own), postgresMs: cpuMsOf(processes, postgres) };
  };
  let before = used();
  return () => {
    const after = used();
    const between = {
      cpuMs: after.cpuMs - before.cpuMs,
      postgresMs: after.postgresMs - before.postgresMs,
    };
    before = after;
    return between;
  };
}
