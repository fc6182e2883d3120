import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, Stop, say } from './clone.mjs';
import { installDigest, readMarker } from './digest.mjs';
import { withLock } from './lock.mjs';
import { runNpm } from './npm.mjs';

const MODULES = join(root, 'node_modules');
const MARKER = join(MODULES, '.arkim-installed');

/** Runs `npm ci` when `node_modules` isn't what `package-lock.json` says for this machine. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock(async () => {
    if (!isInstalled()) await install();
  });
}

function isInstalled() {
  const digest = installDigest();
  if (readMarker(MARKER) === digest) return true;
  if (!matchesLockFile()) return false;
  writeFileSync(MARKER, digest);
  return true;
}

/* Somebody ran npm by hand: npm's own record of what it installed says whether that's the same. */
function matchesLockFile() {
  const record = readMarker(join(MODULES, '.package-lock.json'));
  if (record === undefined || !existsSync(join(MODULES, '.bin', 'node'))) return false;
  const installed = JSON.parse(record).packages;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, { version, optional }]) =>
      path === '' || installed[path]?.version === version || (optional && !installed[path]),
  );
}

/* Install scripts aren't needed (newer npm versions don't run them), development tools are: they build. */
async function install() {
  say('installing packages (npm ci)');
  const args = [
    'ci',
    '--include=dev',
    '--include=optional',
    '--ignore-scripts',
    '--no-progress',
    '--loglevel=error',
  ];
  const code = await runNpm(args, { cwd: root }).catch((error) => {
    throw new Stop(`npm can't be run (${error.code}): install npm`);
  });
  if (code !== 0)
    throw new Stop('npm ci failed, see above: is the package registry reachable, the disk full?');
  writeFileSync(MARKER, installDigest());
}
