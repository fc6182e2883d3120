import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startChild, waitReady } from './child.mjs';
import { freePort } from './free-port.mjs';
import { withoutS3 } from './s3.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const startFile = join(repository, 'infra/start.mjs');
const readyMs = 300_000;
const root = '/dicom-web';

/** Starts an archive of its own on an empty data folder, as `npm start` does, its objects in S3 where that is given, and takes a token of its demo issuer. */
export async function startArchive({ folder, s3, closing }) {
  if (!existsSync(startFile))
    throw new Error('there is no infra/start.mjs to start the archive with');
  const port = await freePort();
  const data = join(folder, 'archive');
  const env = {
    ...withoutS3(process.env),
    ...s3?.settings,
    PORT: `${port}`,
    ARKIM_DATA: data,
    ARKIM_HOST: '127.0.0.1',
    ARKIM_DEMO: '1',
  };
  const child = startChild({
    command: process.execPath,
    args: [startFile],
    cwd: repository,
    env,
    log: join(folder, 'archive.log'),
  });
  await closing.add(child.stop);
  const origin = `http://127.0.0.1:${port}`;
  await waitReady(child, `${origin}/health/ready`, readyMs);
  const headers = { authorization: `Bearer ${demoToken(env)}` };
  return { name: 'archive', origin, root, headers, pid: child.pid, folder: data };
}

/** An archive that runs already; CPU and memory are measured when its process id is given. */
export function attachArchive({ url, token, pid, data }) {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return { name: 'archive', origin: url.replace(/\/$/, ''), root, headers, pid, folder: data };
}

function demoToken(env) {
  const args = [
    'run',
    '--silent',
    'token',
    '--',
    '--org',
    'HOSP-A',
    '--role',
    'modality,radiologist',
  ];
  const output = execFileSync('npm', args, { cwd: repository, env, encoding: 'utf8' });
  return output.trim().split('\n').at(-1).trim();
}
