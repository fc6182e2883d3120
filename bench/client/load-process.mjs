import { performance } from 'node:perf_hooks';
import { openCorpora } from '../corpora/corpora.mjs';
import { makeRandom } from '../corpora/random.mjs';
import { answerParent } from '../machine/answer-parent.mjs';
import { drive } from './drive.mjs';
import { openPool } from './exchange.mjs';
import { scenarios } from './scenarios.mjs';
import { summary } from './summary.mjs';

/**
 * The load generator: a process of its own, so that what measures and what is measured never share a thread. Takes
 * one job at a time from its parent; each job names a server, lanes of scenarios and how long to run.
 */
const contexts = new Map();
const pools = new Map();
let corpora;

answerParent(answer);

async function answer(kind, job) {
  if (kind === 'open') {
    corpora = openCorpora(job);
    return undefined;
  }
  return run(job);
}

async function run({ server, lanes, durationMs, seed, keepPools }) {
  const context = { ...contextOf(server), random: makeRandom(seed), ...sampling() };
  const runs = lanes.map((lane) => {
    const pool = poolOf(server, lane);
    const next = scenarios[lane.scenario](context, lane.params ?? {});
    return {
      lane,
      work: { pool, next, concurrency: lane.concurrency, durationMs, countMax: lane.requestsMax },
    };
  });
  const startMs = performance.now();
  const startCpu = process.threadCpuUsage();
  const results = await Promise.all(runs.map(({ work }) => drive(work)));
  const wallMs = performance.now() - startMs;
  const { user, system } = process.threadCpuUsage(startCpu);
  const busy = (user + system) / 1000 / wallMs;
  if (!keepPools) await closePools();
  return {
    lanes: Object.fromEntries(runs.map(({ lane }, at) => [lane.name, summary(results[at])])),
    wallMs,
    busy,
    sample: context.sample(),
  };
}

/** Remembers the body of the last JSON answer: the raw server then sends the same. */
function sampling() {
  let last;
  return {
    keep(body) {
      last = body;
    },
    sample: () => last,
  };
}

function contextOf({ name, root, headers, trusted }) {
  if (!contexts.has(name))
    contexts.set(name, { root, headers, trusted, corpora, known: new Map(), matches: new Map() });
  return contexts.get(name);
}

function poolOf({ origin }, { name, concurrency }) {
  const key = `${origin} ${name} ${concurrency}`;
  if (!pools.has(key)) pools.set(key, openPool(origin, concurrency));
  return pools.get(key);
}

async function closePools() {
  await Promise.all([...pools.values()].map((pool) => pool.close()));
  pools.clear();
}
