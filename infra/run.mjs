import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt } from './bootstrap/build.mjs';
import { check } from './bootstrap/check.mjs';
import { refuseOldNode, root, Stop, say } from './bootstrap/clone.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { archiveNode, environment } from './bootstrap/node.mjs';
import { runChild } from './bootstrap/run-child.mjs';

const ARKIM = 'dist/apps/archive-cli/src/main.js';
/* Like `npm start`, `npm run token` means the demonstration when ARKIM_DEMO is unset. */
const VERBS = {
  test: (args) => node('node_modules/vitest/vitest.mjs', ['run', ...args]),
  check: () => check(archiveNode(), environment()),
  build: () => 0,
  viewer: () => node('infra/viewer.mjs', []),
  token: (args) => node(ARKIM, ['token', ...args], { ARKIM_DEMO: '1' }),
  arkim: (args) => node(ARKIM, args),
  bench: (args) => node('bench/main.mjs', args),
  evaluate: (args) => node('bench/evaluate.mjs', args),
  size: (args) => node('bench/size.mjs', args),
};

/* `npm test`, `npm run check` and so on: whatever the verb needs is installed and built first. */
const [verb = '', ...rest] = process.argv.slice(2);
try {
  const run = VERBS[verb];
  if (!run) throw new Stop(`unknown: ${verb}; one of ${Object.keys(VERBS).join(', ')}`);
  refuseOldNode();
  await ensureInstalled();
  if (verb !== 'check') await ensureBuilt();
  process.exitCode = await run(rest);
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}

function node(file, args, defaults = {}) {
  if (!existsSync(join(root, file))) throw new Stop(`${file} isn't here`);
  const options = { cwd: root, env: { ...defaults, ...environment() } };
  return runChild(archiveNode(), [join(root, file), ...args], options);
}
