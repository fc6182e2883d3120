import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  allProcessesOf,
  freePort,
  isRunning,
  killAll,
  npmStart,
  postgresOf,
  processesOf,
  type Start,
  shell,
  statusOf,
  stopAll,
  until,
  untilGone,
  untilReady,
} from './npm-start.js';

let parent: string;
let data: string;
let port: number;
let running: Start;
let token: string;
let before: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'arkim-kill-'));
  data = join(parent, 'data');
  port = await freePort();
  running = npmStart({ data, port });
  await untilReady(running);
  const line = 'npm run --silent token -- --org HOSP-A --role radiologist,modality';
  token = (await shell(line, { ARKIM_DATA: data })).stdout.trim();
  before = await studies();
});
afterAll(async () => {
  await stopAll();
  await untilGone([postgresOf(data)]);
  await rm(parent, { recursive: true });
});

async function studies(): Promise<string> {
  const answer = await fetch(`http://127.0.0.1:${port}/dicom-web/studies`, {
    headers: { authorization: `Bearer ${token}`, accept: 'application/dicom+json' },
  });
  return answer.text();
}

/* A store goes through every program and the database, so that a 200 says that all of them work. */
async function storesAgain(): Promise<boolean> {
  const file = 'infra/samples/HOSP-A/ct-small/01.dcm';
  const body = `printf -- '--b\\r\\nContent-Type: application/dicom\\r\\n\\r\\n'; cat ${file}; printf -- '\\r\\n--b--\\r\\n'`;
  const { stdout } = await shell(
    `(${body}) | curl --silent --max-time 20 --output /dev/null --write-out '%{http_code}' -H 'Content-Type: multipart/related; type="application/dicom"; boundary=b' -H 'Authorization: Bearer ${token}' --data-binary @- http://127.0.0.1:${port}/dicom-web/studies`,
  );
  return stdout === '200';
}

test.each(['api', 'ingest', 'retention', 'postgres'] as const)(
  'the %s process, killed, comes back without help',
  async (name) => {
    const pid = (await allProcessesOf(running))[name];
    killAll([pid]);
    await until(() => {
      const now = processesOf(running)[name];
      return now !== undefined && now !== pid && isRunning(now);
    });
    await until(async () => (await statusOf(port, '/health/ready')) === 200);
    await until(storesAgain);
    expect(await studies()).toBe(before);
  },
);
test('all programs and the database, killed at once, come back without help', async () => {
  const { api, ingest, retention, postgres } = await allProcessesOf(running);
  killAll([postgres, api, ingest, retention]);
  await until(() => {
    const now = processesOf(running);
    return now.postgres !== postgres && now.api !== api && isRunning(now.api);
  });
  await until(async () => (await statusOf(port, '/health/ready')) === 200);
  await until(storesAgain);
  expect(await studies()).toBe(before);
});
test.each(['npm', 'launcher', 'supervisor'] as const)(
  'after the %s process was killed the next start works without help',
  async (name) => {
    const processes = await allProcessesOf(running);
    const pids = Object.values(processes);
    killAll([processes[name]]);
    await running.ended;
    running = npmStart({ data, port });
    await untilReady(running);
    const now: readonly (number | undefined)[] = Object.values(processesOf(running));
    await untilGone(pids.filter((pid) => !now.includes(pid)));
    await until(storesAgain);
    expect(await studies()).toBe(before);
  },
);
test('after every process was killed at once the next start works without help', async () => {
  killAll(Object.values(await allProcessesOf(running)));
  await running.ended;
  running = npmStart({ data, port });
  await untilReady(running);
  await until(storesAgain);
  expect(await studies()).toBe(before);
});
