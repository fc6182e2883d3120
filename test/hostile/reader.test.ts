import { fork } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, expect, test } from 'vitest';

const PROGRAM = new URL('./reader-process.ts', import.meta.url);
const HOOKS = new URL(
  '../../apps/archive-api/src/retrieve/conversion/run-sources.testing.ts',
  import.meta.url,
);
const INPUTS = Number(process.env['ARKIM_TEST_HOSTILE_FILES'] || 13_000);
const PROCESSES = 2;
/** An input that takes longer hangs. */
const INPUT_MS_MAX = 60_000;
const PEAK_MB_MAX = 2_000;

type Told =
  | Readonly<{ begun: number; kind: string }>
  | Readonly<{ ended: number; kind: string; outcome: string; faults: readonly string[] }>
  | Readonly<{ peakMegabytes: number }>;

type Seen = {
  inputs: number;
  peakMegabytes: number;
  readonly outcomes: Map<string, number>;
  readonly slow: string[];
  readonly faults: string[];
};

const only = process.env['HOSTILE_SEED'];
const report: string[] = [];
afterAll(() => console.log(`hostile files:\n  ${report.join('\n  ')}`));

/* Reads its share of the seeds; a process that dies or hangs is a fault of the seed that it was at, and another one goes on behind it. */
async function readSeeds(seen: Seen, share: Share): Promise<void> {
  for (let from: number | undefined = share.from; from !== undefined; )
    from = await readUntilDeath(seen, { ...share, from });
}

type Share = Readonly<{ from: number; to: number; step: number }>;

async function readUntilDeath(seen: Seen, share: Share): Promise<number | undefined> {
  const child = fork(PROGRAM, {
    execArgv: ['--conditions=source', '--import', HOOKS.href, '--max-old-space-size=1500'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let at: Readonly<{ seed: number; kind: string; beganAtMs: number }> | undefined;
  let isDone = false;
  let printed = '';
  child.stderr?.on('data', (chunk) => {
    printed = `${printed}${chunk}`.slice(-2000);
  });
  const timer = setInterval(() => {
    if (at !== undefined && performance.now() - at.beganAtMs > INPUT_MS_MAX) child.kill('SIGKILL');
  }, 1000);
  child.on('message', (told: Told) => {
    if ('begun' in told) at = { seed: told.begun, kind: told.kind, beganAtMs: performance.now() };
    else if ('ended' in told) {
      note(seen, told, performance.now() - (at?.beganAtMs ?? 0));
      at = undefined;
    } else {
      isDone = true;
      seen.peakMegabytes = Math.max(seen.peakMegabytes, told.peakMegabytes);
    }
  });
  const exited = once(child, 'exit');
  child.send(share);
  const [code, signal] = await exited;
  clearInterval(timer);
  if (isDone) return undefined;
  const dead = at?.seed ?? share.from;
  seen.faults.push(
    `HOSTILE_SEED=${dead} (${at?.kind}): the reader ended with ${code ?? signal}: ${printed}`,
  );
  return dead + share.step < share.to ? dead + share.step : undefined;
}

const SLOW_MS = 3000;

function note(seen: Seen, told: Extract<Told, { ended: number }>, tookMs: number): void {
  seen.inputs += 1;
  const { ended, kind, outcome, faults } = told;
  seen.outcomes.set(outcome, (seen.outcomes.get(outcome) ?? 0) + 1);
  if (tookMs > SLOW_MS) seen.slow.push(`HOSTILE_SEED=${ended} (${kind}): ${Math.round(tookMs)} ms`);
  for (const fault of faults) seen.faults.push(`HOSTILE_SEED=${ended} (${kind}): ${fault}`);
}

test(`${INPUTS} hostile files are read or refused, and no reader throws, dies, hangs or swells`, async () => {
  const seen: Seen = { inputs: 0, peakMegabytes: 0, outcomes: new Map(), slow: [], faults: [] };
  const shares =
    only === undefined
      ? Array.from({ length: PROCESSES }, (_, from) => ({ from, to: INPUTS, step: PROCESSES }))
      : [{ from: Number(only), to: Number(only) + 1, step: 1 }];
  await Promise.all(shares.map((share) => readSeeds(seen, share)));
  report.push(`${seen.inputs} inputs, peak ${seen.peakMegabytes} MB`, ...seen.slow);
  const common = [...seen.outcomes].sort(([, a], [, b]) => b - a);
  report.push(...common.map(([outcome, times]) => `${times} × ${outcome}`));
  expect(seen.faults).toEqual([]);
  expect(seen.inputs).toBe(only === undefined ? INPUTS : 1);
  expect(seen.peakMegabytes).toBeLessThan(PEAK_MB_MAX);
});
