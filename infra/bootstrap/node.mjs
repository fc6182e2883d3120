import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';
import { root, Stop } from './clone.mjs';

const MAJOR = 24;
const BIN = join(root, 'node_modules', '.bin');

/** The Node that runs the archive: the one that npm installed, else this one when it's new enough. */
export function archiveNode() {
  const installed = join(BIN, 'node');
  for (const program of [installed, process.execPath])
    if (majorOf(program) === MAJOR) return program;
  throw new Stop(
    `there is no Node ${MAJOR} for ${process.platform}-${process.arch} in node_modules: start with Node ${MAJOR}`,
  );
}

/** The environment with the installed programs first on the path. */
export const environment = () => ({
  ...process.env,
  PATH: `${BIN}${delimiter}${process.env.PATH ?? ''}`,
});

function majorOf(program) {
  if (program === process.execPath) return Number(process.versions.node.split('.')[0]);
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  return Number(/^v(\d+)/.exec(stdout ?? '')?.[1]);
}
