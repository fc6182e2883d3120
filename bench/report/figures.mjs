const clientBusyMin = 0.9;
const coarseMs = 100;

/** What the runs of one row on one server come to: the figures of its median run, and what must be said of them. */
export function figuresOf(row, name, runs) {
  if (runs.length === 0) return undefined;
  const sorted = [...runs].sort((a, b) => speedOf(row, a) - speedOf(row, b));
  const run = sorted[Math.floor((sorted.length - 1) / 2)];
  const all = runs.flatMap((each) => Object.values(each.lanes));
  const total = (field) => all.reduce((sum, lane) => sum + lane[field], 0);
  return {
    lanes: run.lanes,
    lane: Object.values(run.lanes)[0],
    speed: speedOf(row, run),
    ...cpuOf(runs, name, { instances: total('instances'), bytes: total('bytes') }),
    clientBound: run.busy >= clientBusyMin,
    noisy: run.noisy,
    failed: total('failed'),
    failures: all.flatMap((lane) => lane.failures),
  };
}

/**
 * CPU of all runs together over all their work: /proc counts in steps of 10 ms, so that a single short run would say
 * little. `deferredSecondsPerGb` is what a server did after its last answer until it was quiet.
 */
function cpuOf(runs, name, { instances, bytes }) {
  const cpuMs = runs.reduce((sum, run) => sum + (run.usage?.servers.get(name) ?? Number.NaN), 0);
  if (Number.isNaN(cpuMs) || instances === 0) return {};
  const deferredMs = runs.reduce((sum, run) => sum + (run.deferredCpuMs ?? Number.NaN), 0);
  return {
    cpuMsPerInstance: cpuMs / instances,
    cpuSecondsPerGb: perGb(cpuMs, bytes),
    deferredSecondsPerGb: Number.isNaN(deferredMs) ? undefined : perGb(deferredMs, bytes),
    coarse: cpuMs < coarseMs,
  };
}

function perGb(ms, bytes) {
  return ms / 1e3 / (bytes / 1e9);
}

/** One number per run, more is better: what the median and the ratio are taken of. */
function speedOf(row, { lanes }) {
  const [lane] = Object.values(lanes);
  const readers = {
    rate: () => lane.rate,
    instances: () => lane.instanceRate,
    megabytes: () => lane.megabytesPerSecond,
    ms: () => 1_000 / lane.p50Ms,
    lanes: () => Math.min(lanes.search.rate, lanes.frames.rate),
  };
  const speed = readers[row.reads]();
  return Number.isFinite(speed) ? speed : 0;
}

/** How many times as fast the first is; for a mixed load, its slowest lane. */
export function ratioOf(row, archive, peer) {
  if (!(archive?.speed > 0 && peer?.speed > 0)) return undefined;
  if (row.reads !== 'lanes') return archive.speed / peer.speed;
  const names = Object.keys(archive.lanes);
  return Math.min(...names.map((name) => archive.lanes[name].rate / peer.lanes[name].rate));
}
