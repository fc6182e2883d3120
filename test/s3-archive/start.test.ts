import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, inject, test } from 'vitest';
import { freePort } from '../bootstrap/npm-start.js';
import { programEnvironment } from '../support/environment.js';
import { environmentOf, newBucket } from '../support/object-store.js';

const START = resolve(import.meta.dirname, '../../infra/start.mjs');
const CLI = resolve(import.meta.dirname, '../../dist/apps/archive-cli/src/main.js');
const POLL_MS = 100;

type Settings = Readonly<Record<string, string>>;
type Started = Readonly<{ child: ChildProcess; output: () => string; ended: Promise<number> }>;

let data: string;
let s3: ReturnType<typeof environmentOf>;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'arkim-start-'));
  s3 = environmentOf(await newBucket(inject('s3')));
});
afterEach(() => rm(data, { recursive: true, force: true }));

function run(file: string, args: readonly string[], settings: Settings): Started {
  const env = { ...programEnvironment(), ARKIM_DEMO: '0', ...settings };
  const child = spawn(process.execPath, [file, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  return { child, output: () => text, ended: once(child, 'close').then(([code]) => Number(code)) };
}

const start = async (settings: Settings, folder = data) =>
  run(START, [], { ARKIM_DATA: folder, PORT: `${await freePort()}`, ...settings });

async function untilReady({ output, child }: Started): Promise<void> {
  while (!output().includes('arkim: ready')) {
    if (child.exitCode !== null) throw new Error(`it ended:\n${output()}`);
    await sleep(POLL_MS);
  }
}

async function stop({ child, ended }: Started): Promise<void> {
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
}

/* It ends by itself, having said one line that is ours, without the secret. */
async function refusal(started: Started): Promise<string> {
  expect(await started.ended).toBe(1);
  expect(started.output()).not.toContain(s3.ARKIM_S3_SECRET_KEY);
  const told = started
    .output()
    .split('\n')
    .filter((line) => line.startsWith('arkim'));
  return told.at(-1) ?? '';
}

test('F57: a wrong endpoint, bucket or key stops the start with one clear line', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const refused = async (wrong: Settings) => refusal(await start({ ...s3, ...wrong }));
  expect(await refused({ ARKIM_S3_ENDPOINT: nobody })).toMatch(
    new RegExp(
      `^arkim: the bucket .* at ${nobody} can't be used: .*ECONNREFUSED.*ARKIM_S3_ENDPOINT`,
    ),
  );
  expect(await refused({ ARKIM_S3_BUCKET: 'no-such-bucket' })).toMatch(
    /^arkim: S3 has no bucket no-such-bucket, at http.*: see ARKIM_S3_BUCKET/,
  );
  expect(await refused({ ARKIM_S3_SECRET_KEY: 'wrong-secret' })).toMatch(
    /^arkim: S3 does not let these keys use the bucket .*ARKIM_S3_SECRET_KEY/,
  );
});

test('an archive stays where its objects are, and its bucket is its own', async () => {
  const first = await start(s3);
  await untilReady(first);
  expect(first.output()).toContain(`bucket ${s3.ARKIM_S3_BUCKET} at ${s3.ARKIM_S3_ENDPOINT}`);
  await expectNotInCommandLines(s3.ARKIM_S3_SECRET_KEY);
  const onFiles = run(CLI, ['verify'], { ARKIM_DATA: data });
  expect(await refusal(onFiles)).toContain('the objects of this archive are in the bucket');
  await stop(first);

  expect(await refusal(await start({}))).toContain('the objects of this archive are in the bucket');
  const other = { ...s3, ...environmentOf(await newBucket(inject('s3'))) };
  expect(await refusal(await start(other))).toContain(`are in the bucket ${s3.ARKIM_S3_BUCKET}`);
  const neighbour = join(data, 'neighbour');
  expect(await refusal(await start(s3, neighbour))).toContain('the objects of another archive');
  const again = await start(s3);
  await untilReady(again);
  await stop(again);
});

test('an archive that has files is not started on S3', async () => {
  await mkdir(join(data, 'objects/packs/landing/aa'), { recursive: true });
  await writeFile(join(data, 'objects/packs/landing/aa/0000000000aa'), 'a pack');
  expect(await refusal(await start(s3))).toMatch(/are files in .*: unset ARKIM_S3_ENDPOINT/);
});

async function expectNotInCommandLines(secret: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!line.includes('radosgw-admin')) expect(line).not.toContain(secret);
  }
}
