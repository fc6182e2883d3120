import { root } from './clone.mjs';
import { captureChild } from './run-child.mjs';

const STEPS = [
  ['types', 'node_modules/typescript/bin/tsc', ['--noEmit', '-p', '.']],
  ['lint and format', 'node_modules/@biomejs/biome/bin/biome', ['check', '.']],
  [
    'walls',
    'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs',
    ['apps', 'libs', 'test', 'infra', 'bench', '--config', '.dependency-cruiser.cjs'],
  ],
  ['dead code', 'node_modules/knip/bin/knip.js', []],
  ['events page', 'infra/events-page.mjs', ['--check']],
];
const AT_ONCE_MAX = 2;

/** Runs every check of the source, two at a time, shows what they say and resolves to the exit code. */
export async function check(node, env) {
  const waiting = [...STEPS];
  let failed = 0;
  const lane = async () => {
    for (let step = waiting.shift(); step; step = waiting.shift()) {
      const good = await runStep(step, node, env);
      if (!good) failed += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE_MAX }, lane));
  process.stdout.write(`${STEPS.length - failed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
}

async function runStep([name, file, args], node, env) {
  const options = { cwd: root, env };
  const { code, output } = await captureChild(node, [file, ...args], options);
  const verdict = code === 0 ? 'ok' : `FAILED (exit code ${code})`;
  process.stdout.write(`${name}: ${verdict}\n${code === 0 ? '' : output}`);
  return code === 0;
}
