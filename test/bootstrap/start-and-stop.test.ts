import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  freePort,
  isRunning,
  npmStart,
  processesOf,
  type Start,
  shell,
  statusOf,
  stopAll,
  stopStart,
  untilGone,
  untilReady,
} from './npm-start.js';

let parent: string;
let data: string;
let port: number;
let running: Start;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'arkim-bootstrap-'));
  data = join(parent, 'data');
  port = await freePort();
  running = npmStart({ data, port });
  console.log(`first start: ready after ${await untilReady(running)} ms`);
});
afterAll(async () => {
  await stopAll();
  await rm(parent, { recursive: true });
});

const token = async (options = '--org HOSP-A --role radiologist') =>
  (await shell(`npm run --silent token -- ${options}`, { ARKIM_DATA: data })).stdout
    .trimEnd()
    .split('\n')
    .at(-1) ?? '';
const studiesOf = async (hospital: string) => {
  const answer = await fetch(`http://127.0.0.1:${port}/dicom-web/studies`, {
    headers: {
      authorization: `Bearer ${await token(`--org ${hospital} --role radiologist`)}`,
      accept: 'application/dicom+json',
    },
  });
  return answer.status === 204 ? [] : ((await answer.json()) as unknown[]);
};
const lineOf = (output: string) => output.split('\n').filter((line) => line.startsWith('arkim:'));

test('the first start stores the samples: each demo hospital finds its own studies', async () => {
  const found = await Promise.all(['HOSP-A', 'HOSP-B', 'HOSP-C'].map(studiesOf));
  expect(found.map(({ length }) => length)).toEqual([4, 3, 3]);
});
test('the curl line that the start prints works as it stands', async () => {
  const line = running
    .output()
    .split('\n')
    .find((text) => text.trim().startsWith('curl'));
  const { code, stdout } = await shell(`${line} --silent --fail`);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toHaveLength(4);
});
test('without a token, or with a forged one, the answer is 401', async () => {
  expect(await statusOf(port, '/dicom-web/studies')).toBe(401);
  expect(await statusOf(port, '/dicom-web/studies', `${await token()}x`)).toBe(401);
  expect(await statusOf(port, '/nothing/here')).toBe(401);
});
test('the token command refuses nonsense with one line and exit code 2', async () => {
  const { code, stdout, stderr } = await shell(
    'npm run --silent token -- --org HOSP-A --role boss',
  );
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toContain('arkim token: --role needs one or more of modality');
});
test('only PORT listens', async () => {
  const { stdout } = await shell(
    'cat /proc/net/tcp /proc/net/tcp6 | awk \'$4 == "0A" {print $2, $10}\'',
  );
  const own = new Set<string>();
  for (const pid of Object.values(processesOf(running)))
    for (const [, inode] of (await shell(`ls -l /proc/${pid}/fd`)).stdout.matchAll(
      /socket:\[(\d+)\]/g,
    ))
      if (inode !== undefined) own.add(inode);
  const ports = stdout
    .trim()
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, inode]) => own.has(inode ?? ''))
    .map(([address]) => Number.parseInt(address?.split(':')[1] ?? '', 16));
  expect(ports).toEqual([port]);
});

test('a second start on the same data folder ends with one clear line, and the first runs on', async () => {
  const second = npmStart({ data, port: await freePort() });
  expect(await second.ended).not.toBe(0);
  expect(lineOf(second.output())).toEqual([
    `arkim: an archive already runs on ${data} (process ${processesOf(running).supervisor}, port ${port})`,
  ]);
  expect(await statusOf(port, '/health/ready')).toBe(200);
});
test('a start on a port in use ends with one clear line', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await sleep(50);
  const taken = (server.address() as { port: number }).port;
  const other = npmStart({ data: join(parent, 'other'), port: taken });
  expect(await other.ended).not.toBe(0);
  expect(lineOf(other.output())).toEqual([
    `arkim: port ${taken} on 127.0.0.1 is in use: set PORT or ARKIM_HOST`,
  ]);
  server.close();
});
test.each([
  ['PORT', 'eighty'],
  ['ARKIM_OIDC_ISSUERS', '{}'],
  ['ARKIM_POSTGRES_URL', 'db'],
  ['ARKIM_KURRENTDB_URL', 'http://there'],
])('a wrong %s stops the start with one clear line', async (name, value) => {
  const wrong = npmStart({ data: join(parent, 'wrong'), port: 1, env: { [name]: value } });
  expect(await wrong.ended).not.toBe(0);
  expect(lineOf(wrong.output())).toEqual([expect.stringContaining(`arkim: ${name}: `)]);
});
test('a data folder that is a file is told in one clear line', async () => {
  const folder = join(data, 'run.json');
  const wrong = npmStart({ data: folder, port: await freePort() });
  expect(await wrong.ended).not.toBe(0);
  expect(lineOf(wrong.output())).toEqual([
    expect.stringContaining(`arkim: can't write to the data folder ${folder}`),
  ]);
});

test('SIGTERM to npm stops everything, and the next start finds the same studies', async () => {
  await stopStart(running);
  expect(existsSync(join(data, 'run.json'))).toBe(false);
  expect(running.output()).toContain('arkim: stopped');
  running = npmStart({ data, port });
  console.log(`second start: ready after ${await untilReady(running)} ms`);
  expect(await studiesOf('HOSP-A')).toHaveLength(4);
});
test('SIGINT to the whole group, twice, stops everything cleanly', async () => {
  const pids = Object.values(processesOf(running));
  process.kill(-Number(running.npm.pid), 'SIGINT');
  await sleep(20);
  process.kill(-Number(running.npm.pid), 'SIGINT');
  await running.ended;
  await untilGone(pids);
  expect(running.output()).toContain('arkim: stopped');
  expect(existsSync(join(data, 'run.json'))).toBe(false);
});
test('SIGTERM to our own process stops everything with exit code 0', async () => {
  running = npmStart({ data, port });
  await untilReady(running);
  const { launcher, ...rest } = processesOf(running);
  process.kill(launcher, 'SIGTERM');
  expect(await running.ended).toBe(0);
  await untilGone(Object.values(rest));
});
test('a start that is stopped on the way stops cleanly', async () => {
  for (const afterMs of [300, 900, 1500, 2500]) {
    const start = npmStart({ data, port });
    await sleep(afterMs);
    start.npm.kill('SIGTERM');
    await start.ended;
    const postmaster = join(data, 'postgres', 'postmaster.pid');
    expect(existsSync(join(data, 'run.json'))).toBe(false);
    if (existsSync(postmaster))
      expect(isRunning(Number((await readFile(postmaster, 'utf8')).split('\n')[0]))).toBe(false);
  }
});
test('two first starts at once on one folder leave one archive', async () => {
  const folder = join(parent, 'twins');
  const ports = [await freePort(), await freePort()];
  const twins = ports.map((own) => npmStart({ data: folder, port: own }));
  const [loser] = await Promise.race(twins.map((twin) => twin.ended.then(() => [twin])));
  const winner = twins.find((twin) => twin !== loser);
  if (!winner || !loser) throw new Error('both ended');
  expect(lineOf(loser.output()).at(-1)).toMatch(/^arkim: (an|another) archive already runs on /);
  await untilReady(winner);
  await stopStart(winner);
});
test('two archives with a port and a folder of their own run from one clone', async () => {
  const ports = [await freePort(), await freePort()];
  const pair = ports.map((own) => npmStart({ data: join(parent, `own-${own}`), port: own }));
  await Promise.all(pair.map(untilReady));
  await Promise.all(pair.map(stopStart));
});
test('without ARKIM_DEMO=1 there are no samples and no demo issuer', async () => {
  const folder = join(parent, 'plain');
  const plain = npmStart({ data: folder, port, env: { ARKIM_DEMO: '0' } });
  await untilReady(plain);
  expect(await statusOf(port, '/dicom-web/studies', await token())).toBe(401);
  const { code } = await shell('npm run --silent token -- --org HOSP-A --role radiologist', {
    ARKIM_DATA: folder,
    ARKIM_DEMO: '0',
  });
  expect(code).toBe(1);
  expect(existsSync(join(folder, 'demo'))).toBe(false);
  await stopStart(plain);
});
