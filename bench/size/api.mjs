import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { request } from 'undici';
import { startChild, waitReady } from '../servers/child.mjs';
import { freePort } from '../servers/free-port.mjs';
import { requestedHospital } from './asked-hospital.mjs';

const main = fileURLToPath(new URL('../../dist/apps/archive-api/src/main.js', import.meta.url));
const readyMs = 60_000;
const tokenS = 86_400;

/** The archive's own edge on this database, as a radiologist of one hospital reaches it: `get(path)` answers whole. */
export async function openApi({ database, folder, closing }) {
  const { code, url } = database;
  const port = await freePort();
  const issuer = await code.openDemoIssuer(folder);
  const child = startChild({
    command: process.execPath,
    args: [main],
    cwd: fileURLToPath(new URL('../../', import.meta.url)),
    env: {
      ...process.env,
      PORT: `${port}`,
      ARKIM_HOST: '127.0.0.1',
      ARKIM_DATA: folder,
      ARKIM_POSTGRES_URL: code.logInAs(url, 'arkim_api'),
      ARKIM_DEMO: '1',
      ARKIM_LOG: 'warn',
    },
    log: join(folder, 'archive-api.log'),
  });
  await closing.add(child.stop);
  const origin = `http://127.0.0.1:${port}`;
  await waitReady(child, `${origin}/health/live`, readyMs);
  const token = await issuer.sign({
    organisation: requestedHospital,
    roles: ['radiologist'],
    subject: 'size',
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: tokenS,
  });
  const headers = { authorization: `Bearer ${token}`, accept: 'application/dicom+json' };
  return {
    pid: child.pid,
    root: `${origin}/dicom-web`,
    stop: child.stop,
    get: (path) => get(path.startsWith('http') ? path : `${origin}/dicom-web${path}`, headers),
  };
}

async function get(url, headers) {
  const answer = await request(url, { headers });
  const body = Buffer.from(await answer.body.arrayBuffer());
  return { status: answer.statusCode, headers: answer.headers, body };
}
