import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { openDemoIssuer } from '#platform/demo-issuer';
import { freePort, statusOf, until } from '../bootstrap/npm-start.js';
import { programEnvironment } from '../support/environment.js';

const SUPERVISOR = 'dist/apps/archive-standalone/src/main.js';
const TOKEN_S = 600;

/** A whole archive as it is built, with its demonstration, on what these settings name. */
export async function startArchive(folder: string, settings: Readonly<Record<string, string>>) {
  const data = join(folder, `archive-${randomUUID()}`);
  const port = await freePort();
  const supervisor = spawn(process.execPath, [SUPERVISOR], {
    env: {
      ...programEnvironment(),
      PORT: String(port),
      ARKIM_DATA: data,
      ARKIM_DEMO: '1',
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = outputOf(supervisor);
  const ended = once(supervisor, 'exit').then(([code]) => code as number);
  return {
    output,
    ended,
    pid: supervisor.pid,
    data,
    untilReady: () =>
      until(async () => {
        if (supervisor.exitCode !== null) throw new Error(`the archive ended:\n${output()}`);
        return output().includes('arkim: ready') && (await statusOf(port, '/health/ready')) === 200;
      }),
    /** The DICOMweb resource as somebody of HOSP-A. */
    ask: async (path: string, init: RequestInit = {}) => {
      const issuer = await openDemoIssuer(data);
      const token = await issuer.sign({
        organisation: 'HOSP-A',
        roles: ['modality', 'radiologist'],
        subject: 'someone',
        issuedAtS: Math.floor(Date.now() / 1000),
        lifetimeS: TOKEN_S,
      });
      const headers = { ...init.headers, authorization: `Bearer ${token}` };
      return fetch(`http://127.0.0.1:${port}/dicom-web${path}`, { ...init, headers });
    },
    stop: async () => {
      if (supervisor.exitCode === null) supervisor.kill('SIGTERM');
      return ended;
    },
  };
}

export type StartedArchive = Awaited<ReturnType<typeof startArchive>>;

/** The body and header of a Store request that brings this file. */
export function storeRequest(file: Buffer): RequestInit {
  const boundary = randomUUID();
  const head = `--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`;
  return {
    method: 'POST',
    headers: {
      accept: 'application/dicom+json',
      'content-type': `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: Buffer.concat([Buffer.from(head), file, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}

function outputOf({ stdout, stderr }: ChildProcess): () => string {
  let text = '';
  for (const stream of [stdout, stderr])
    stream?.on('data', (chunk) => {
      text += chunk;
    });
  return () => text;
}
