import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root, Stop, say } from './clone.mjs';
import { buildDigest, readMarker, sources } from './digest.mjs';
import { withLock } from './lock.mjs';
import { archiveNode } from './node.mjs';
import { runChild } from './run-child.mjs';

const DIST = join(root, 'dist');
const MARKER = join(DIST, '.built');
const MEMORY = join(root, '.build', 'tsconfig.tsbuildinfo');

/** Compiles apps and libs into `dist/` when their sources aren't those of the last build. */
export async function ensureBuilt() {
  if (readMarker(MARKER) === buildDigest()) return;
  await withLock(async () => {
    const digest = buildDigest();
    if (readMarker(MARKER) !== digest) await build(digest);
  });
}

async function build(digest) {
  say('building');
  rmSync(MARKER, { force: true });
  if (!existsSync(DIST)) rmSync(MEMORY, { force: true });
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = ['-p', 'tsconfig.build.json', '--incremental', '--tsBuildInfoFile', MEMORY];
  const code = await runChild(archiveNode(), [compiler, ...args], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (code !== 0) throw new Stop('the build failed, see above');
  removeOrphans();
  mkdirSync(DIST, { recursive: true });
  writeFileSync(MARKER, digest);
}

/* What the compiler made of a source that is gone. */
function removeOrphans() {
  const made = new Set(sources().map((file) => relative(root, file).replace(/\.ts$/, '')));
  for (const entry of readdirSync(DIST, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    const source = relative(DIST, file).replace(/\.js(\.map)?$/, '');
    if (entry.isFile() && /\.js(\.map)?$/.test(entry.name) && !made.has(source)) rmSync(file);
  }
}
