import { runChild } from './run-child.mjs';

/** Runs the npm that started us, else the one on the path, and resolves to its exit code; what it says goes to standard error. */
export function runNpm(args, options = {}) {
  const npm = process.env.npm_execpath;
  const command = npm?.endsWith('npm-cli.js') ? [process.execPath, [npm, ...args]] : ['npm', args];
  return runChild(...command, { stdio: ['ignore', 2, 2], ...options });
}
