import { join } from 'node:path';
import { ensureBuilt } from './bootstrap/build.mjs';
import { refuseOldNode, root, Stop, say } from './bootstrap/clone.mjs';
import { ensureInstalled } from './bootstrap/install.mjs';
import { archiveNode, environment } from './bootstrap/node.mjs';
import { runChild } from './bootstrap/run-child.mjs';
import { bringViewerBeside } from './bootstrap/viewer/beside.mjs';

const SUPERVISOR = join(root, 'dist', 'apps', 'archive-standalone', 'src', 'main.js');
const PARENT_POLL_MS = 250;

/* `npm start`: install, build, then the archive with its demonstration, until it's told to stop. */
try {
  refuseOldNode();
  await ensureInstalled();
  bringViewerBeside();
  await ensureBuilt();
  process.exitCode = await runArchive();
} catch (error) {
  if (!(error instanceof Stop)) throw error;
  say(error.message);
  process.exitCode = 1;
}

/* The channel tells the supervisor when this process is gone, however it went. */
async function runArchive() {
  const watch = watchParent();
  const code = await runChild(archiveNode(), [SUPERVISOR], {
    cwd: root,
    env: { ARKIM_DEMO: '1', ...environment() },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  clearInterval(watch);
  return code;
}

/* A killed npm can't pass anything on: we stop as if it had. */
function watchParent() {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const npm = process.ppid;
  return setInterval(() => {
    if (process.ppid !== npm) process.kill(process.pid, 'SIGTERM');
  }, PARENT_POLL_MS).unref();
}
