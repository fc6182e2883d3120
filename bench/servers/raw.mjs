import { fileURLToPath } from 'node:url';
import { forkProcess } from '../machine/forked.mjs';

/** Starts the raw server: a bare node:http server in a process of its own. */
export async function startRaw({ folder, corpora, closing }) {
  const forked = forkProcess(fileURLToPath(new URL('./raw-server.mjs', import.meta.url)));
  await closing.add(forked.stop);
  const port = await forked.ask('open', { folder, corpora });
  return {
    name: 'raw',
    origin: `http://127.0.0.1:${port}`,
    root: '/dicom-web',
    headers: {},
    trusted: true,
    pid: forked.pid,
    ask: forked.ask,
  };
}
