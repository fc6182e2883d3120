import { performance } from 'node:perf_hooks';
import { cpuMsOf, listProcesses, memoryOf, treeOf } from '../machine/processes.mjs';
import { openApi } from './api.mjs';
import { explainSearch } from './explain.mjs';
import { judgeAnswer } from './judge-answer.mjs';
import { kindsOfSearch } from './kinds-of-search.mjs';
import { knownStudies } from './known.mjs';
import { pathOf } from './path-of.mjs';
import { drawFor } from './population/draw.mjs';

const warmUps = 10;
const explained = 5;
const draws = 100;

/** Runs every kind of search through the archive's edge, one after the other, and judges every answer. */
export async function measureSearches({ database, state, options, closing, say }) {
  const known = knownStudies({ plan: state.plan, count: state.filled });
  const api = await openApi({ database, folder: state.folder, closing });
  const meter = cpuMeter({ api, database });
  const rows = [];
  for (const [at, kind] of kindsOfSearch.entries()) {
    const draw = drawFor(state.plan.seed, draws + at, state.filled);
    const asked = Array.from({ length: warmUps + options.queries }, () =>
      kind.make(draw, known, state.plan),
    );
    const row = await measureKind({ api, asked, meter });
    const plans = [];
    for (const one of asked.slice(0, explained))
      plans.push(await explainSearch(database, one, options.explain ? say : undefined));
    rows.push({ label: kind.label, ...row, buffers: median(plans.map(({ buffers }) => buffers)) });
    say(lineOf(rows.at(-1)));
  }
  const memory = memories({ api, database });
  await api.stop();
  return { rows, memory, asked: known.studies.length };
}

async function measureKind({ api, asked, meter }) {
  const latenciesMs = [];
  const wrong = [];
  let matches = 0;
  let before;
  for (const [at, one] of asked.entries()) {
    if (at === warmUps) before = meter();
    const path = await pathOf(api, one);
    const startMs = performance.now();
    const answer = await api.get(path);
    if (at >= warmUps) latenciesMs.push(performance.now() - startMs);
    const why = judgeAnswer(one, answer);
    if (why !== undefined) wrong.push(`${one.path}: ${why}`);
    matches += one.count;
  }
  const after = meter();
  const count = latenciesMs.length;
  latenciesMs.sort((a, b) => a - b);
  const hasAhead = asked[0].ahead !== undefined;
  return {
    p50: quantile(latenciesMs, 0.5),
    p95: quantile(latenciesMs, 0.95),
    p99: quantile(latenciesMs, 0.99),
    apiMs: hasAhead ? undefined : (after.api - before.api) / count,
    postgresMs: hasAhead ? undefined : (after.postgres - before.postgres) / count,
    matches: matches / asked.length,
    wrong: wrong.length,
    wrongs: wrong.slice(0, 3),
  };
}

function cpuMeter({ api, database }) {
  return () => {
    const processes = listProcesses();
    return {
      api: cpuMsOf(processes, treeOf(processes, { pid: api.pid })),
      postgres: cpuMsOf(processes, treeOf(processes, { pid: database.pid })),
    };
  };
}

/** Resident bytes: of the edge at its highest, of PostgreSQL with its shared pages counted once. */
function memories({ api, database }) {
  const processes = listProcesses();
  const backends = [...treeOf(processes, { pid: database.pid })]
    .map(memoryOf)
    .filter((one) => one !== undefined);
  const most = (name) => Math.max(...backends.map((one) => one[name]));
  const anonymous = backends.reduce((sum, one) => sum + one.anonymous, 0);
  return { api: memoryOf(api.pid)?.peak, postgres: anonymous + most('shared') + most('file') };
}

const quantile = (sorted, share) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
const median = (numbers) =>
  quantile(
    numbers.toSorted((a, b) => a - b),
    0.5,
  );
const lineOf = ({ label, p50, p95, postgresMs, buffers, wrong, wrongs }) =>
  `${label}: p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, PostgreSQL ${postgresMs?.toFixed(2) ?? '–'} CPU ms, ${buffers} buffers${wrong === 0 ? '' : `, ${wrong} WRONG: ${wrongs[0]}`}`;
