import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../clone.mjs';
import { isFetched, VIEWER_FOLDER } from './fetch.mjs';

/**
 * Brings the viewer while the archive is built and started, in a process of its own that ends with this one: no start
 * waits for it, or fails for lack of it.
 */
export function bringViewerBeside() {
  if (isFetched() && existsSync(join(VIEWER_FOLDER, '.compressed'))) return;
  const child = spawn(process.execPath, [join(root, 'infra', 'viewer.mjs')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  child.on('error', () => undefined);
  child.unref();
  child.channel?.unref();
}
