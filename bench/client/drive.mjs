import { performance } from 'node:perf_hooks';
import { exchange } from './exchange.mjs';

const failuresKept = 3;

/**
 * Keeps `concurrency` requests under way until the time is over, `next()` returns `undefined` or `countMax` are sent.
 * Times each from its first byte sent to its last byte checked. Failures never count as work done.
 */
export async function drive({
  pool,
  next,
  concurrency,
  durationMs = Number.POSITIVE_INFINITY,
  countMax = Number.POSITIVE_INFINITY,
}) {
  const run = { latenciesMs: [], bytesOut: 0, bytesIn: 0, instances: 0, failed: 0, failures: [] };
  const startMs = performance.now();
  let sent = 0;
  const lane = async () => {
    while (performance.now() - startMs < durationMs && sent < countMax) {
      sent += 1;
      const request = next();
      if (request === undefined) return;
      await timed(pool, request, run);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return { ...run, wallMs: performance.now() - startMs };
}

async function timed(pool, request, run) {
  const startMs = performance.now();
  const wrong = await exchange(pool, request).catch((error) => `connection: ${error.message}`);
  const tookMs = performance.now() - startMs;
  if (wrong !== undefined) {
    run.failed += 1;
    if (run.failures.length < failuresKept) run.failures.push(wrong);
    return;
  }
  run.latenciesMs.push(tookMs);
  run.bytesOut += request.bytesOut ?? 0;
  run.bytesIn += request.check.length;
  run.instances += request.instances ?? 1;
}
