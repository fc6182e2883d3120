import { usageBetween } from './machine/usage.mjs';

const attemptsMax = 5;
const pauseMs = 1_000;
const warmRequests = 5;
const warmInstancesMax = 100;

/**
 * Measures one row on every server in turn, run after run. A run in which other processes took too much is discarded
 * and repeated; when five in a row are, the last is kept and marked as noisy.
 */
export async function measureRow(bench, row) {
  const results = new Map(bench.servers.map((server) => [server.name, []]));
  for (let run = 0; run < bench.options.runs; run += 1) {
    for (const server of bench.servers.filter(
      (each) => each.name !== 'raw' || row.raw === 'server',
    )) {
      results.get(server.name).push(await cleanRun(bench, row, server));
    }
  }
  return results;
}

async function cleanRun(bench, row, server) {
  for (let attempt = 1; ; attempt += 1) {
    const run = await measureOnce(bench, row, server);
    const othersCores = run.usage?.othersCores ?? 0;
    if (othersCores <= bench.options.noiseMax) return { ...run, noisy: false };
    if (attempt === attemptsMax) return { ...run, noisy: true };
    bench.discarded += 1;
    bench.say(
      `${row.id} on ${server.name}: discarded, others took ${othersCores.toFixed(2)} cores`,
    );
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}

async function measureOnce(bench, row, server) {
  const { plan, client, usage } = bench;
  const copy = await prepare(bench, row, server);
  await warmUp(bench, row, server);
  const job = { ...jobOf(bench, server), lanes: row.lanes(copy), durationMs: plan.runMs };
  const before = usage.snapshot();
  const result = await client.ask('run', job);
  const after = usage.snapshot();
  await rememberAnswer(bench, row, server, result);
  const run = {
    lanes: result.lanes,
    wallMs: result.wallMs,
    busy: result.busy,
    usage: usageBetween(before, after),
  };
  if (row.deferred) {
    await usage.waitQuiet(server.name, plan.quietMs);
    run.deferredCpuMs = usageBetween(after, usage.snapshot())?.servers.get(server.name);
  }
  if (server.name === 'raw') await server.ask('sweep');
  return run;
}

/** Where the run's own data is: a fresh copy, stored now unless storing it is what is measured, or copy 0. */
async function prepare(bench, row, server) {
  const { plan, usage } = bench;
  if (row.fresh === undefined) {
    await usage.waitQuiet(server.name, plan.quietMs);
    return 0;
  }
  const copy = bench.allot(row.fresh);
  if (row.fresh.measured) await usage.waitQuiet(server.name, plan.quietMs);
  else if (server.name !== 'raw') await storeCopy(bench, server, { ...row.fresh, copy });
  return copy;
}

/** Opens the connections and lets both sides compile their hot paths; a row about a first touch only connects. */
async function warmUp(bench, row, server) {
  const job = { ...jobOf(bench, server), keepPools: true, durationMs: bench.plan.warmMs };
  await bench.client.ask('run', { ...job, lanes: warmLanes(bench, row) });
}

function warmLanes(bench, { fresh, lanes }) {
  if (fresh === undefined) return lanes(0);
  if (!fresh.measured) {
    const page = { scenario: 'page', params: { limit: 1, offset: 0 }, requestsMax: warmRequests };
    return lanes(0).map((lane) => ({ ...lane, ...page }));
  }
  const copy = bench.allot({ ...fresh, countMax: warmInstancesMax });
  return lanes(copy).map((lane) => ({
    ...lane,
    params: { ...lane.params, countMax: warmInstancesMax },
  }));
}

/** Stores a whole copy of a corpus, unmeasured; throws when the server doesn't take all of it. */
export async function storeCopy(bench, server, { corpus, copy, countMax, perRequest }) {
  const lane = {
    name: 'prepare',
    scenario: 'store',
    concurrency: 2,
    params: { corpus, copy, perRequest, countMax },
  };
  const { lanes } = await bench.client.ask('run', { ...jobOf(bench, server), lanes: [lane] });
  const { failed, failures } = lanes.prepare;
  if (failed > 0) throw new Error(`${server.name} didn't take ${corpus}: ${failures[0]}`);
}

function jobOf({ options }, { name, origin, root, headers, trusted }) {
  return { server: { name, origin, root, headers, trusted }, seed: options.seed };
}

/** The raw server answers a search with the bytes that the first server answered rightly with. */
async function rememberAnswer(bench, row, server, { sample, lanes }) {
  const raw = bench.servers.find(({ name }) => name === 'raw');
  const right = Object.values(lanes).every(({ failed }) => failed === 0);
  if (sample === undefined || raw === undefined || !right || bench.answered === row.id) return;
  bench.answered = row.id;
  if (server !== raw) await raw.ask('answer', sample);
}
