import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { createLog } from '#platform/log';
import type { ObjectStore } from '#storage/object-store';
import { openObjectStore } from '#storage/open-object-store';
import { SMALL_LANDING_BYTES_MAX } from '#storage/small-landing';
import { openRetentionWorker } from '../../apps/retention-worker/src/retention-worker.module.js';
import { runSweep } from '../../apps/retention-worker/src/run-retention.js';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { type Caller, callerOf, problemOf, storeResult } from '../acceptance/ask.js';
import { bytesOf, dicomWebClient } from '../acceptance/dicom-web-client.js';
import { bytesOfFile, type SoundFile, soundFiles } from '../acceptance/long/real-files.js';
import { sha256 } from '../acceptance/read-dicom.js';
import { environmentOf, newBucket } from '../support/object-store.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type UnsteadyWay, unsteadyWay } from './unsteady-way.js';

/* The built programs on a real S3 server, to which the way can be cut. */

const HOSPITAL = 'HOSP-A';
const FILES = 16;
const FILE_BYTES_MAX = 4_000_000;
/** Never given as they are stored (PS3.18 §8.7.3.5): Implicit VR, Big Endian and deflated ones are converted. */
const CONVERTED = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.2', '1.2.840.10008.1.2.1.99'];
const AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const WAIT_MS_MAX = 150_000;
const TWO_DAYS_MS = 172_800_000;

let way: UnsteadyWay;
let settings: Readonly<Record<string, string>>;
let archive: RunningArchive;
let caller: Caller;
let objects: ObjectStore & Readonly<{ close: () => Promise<void> }>;
let secretKey: string;

beforeAll(async () => {
  const server = inject('s3');
  way = await unsteadyWay(server.endpoint);
  const bucket = await newBucket(server);
  secretKey = bucket.secretKey;
  settings = environmentOf({ ...bucket, endpoint: way.endpoint });
  archive = await startArchive({ ...settings, ARKIM_SETTLE_QUIET_MS: '1000' });
  caller = await callerOf(archive, { org: HOSPITAL, roles: ['modality', 'radiologist'] });
  objects = await openObjectStore(readConfig({ ARKIM_DATA: archive.data, ...settings }), fail);
});
afterAll(async () => {
  await objects.close();
  await archive.stop();
  await way.close();
});

const fail = (fault: unknown) => {
  throw fault;
};
const keysBelow = async (folder: string) =>
  (await Array.fromAsync(objects.list(folder))).map(({ key }) => key);
async function until(what: () => Promise<boolean>): Promise<void> {
  for (let waitedMs = 0; !(await what()); waitedMs += 500) {
    if (waitedMs > WAIT_MS_MAX) throw new Error(`in vain: ${what}`);
    await sleep(500);
  }
}
/* Too large for the database to land it. */
const PIXELS = Buffer.alloc(SMALL_LANDING_BYTES_MAX);
const slice = (number: number) =>
  part10(
    ctSlice(
      { study: '1.2.600', series: '1.2.600.1', instance: `1.2.600.1.${number}` },
      { '7FE00010': ['OW', PIXELS] },
    ),
  );
const SLICE = (number: number) =>
  `/dicom-web/studies/1.2.600/series/1.2.600.1/instances/1.2.600.1.${number}`;

/** Some of the real files, each of a transfer syntax that goes out as it is stored. */
function realFiles(): readonly (SoundFile & Readonly<{ bytes: Buffer<ArrayBuffer> }>)[] {
  const fit = soundFiles()
    .filter(
      ({ hospital, transferSyntax }) =>
        hospital === HOSPITAL && !CONVERTED.includes(transferSyntax),
    )
    .map((file) => ({ ...file, bytes: bytesOfFile(file.name) }))
    .filter(({ bytes }) => bytes.length <= FILE_BYTES_MAX);
  const step = Math.max(1, Math.floor(fit.length / FILES));
  return fit.filter((_, index) => index % step === 0).slice(0, FILES);
}

test('real files that a public client stores come back from S3 byte for byte, before and after they are settled', async () => {
  const files = realFiles();
  expect(files.length).toBeGreaterThan(FILES / 2);
  const client = dicomWebClient(archive.origin, caller.token, AS_STORED);
  for (const { bytes } of files) {
    const datasets = [new Uint8Array(bytes).buffer];
    expect(JSON.parse(await client.storeInstances({ datasets }))).toHaveProperty('00081199');
  }
  const readAll = async () => {
    for (const { name, study, series, instance, bytes } of files) {
      const path = { studyInstanceUID: study, seriesInstanceUID: series, sopInstanceUID: instance };
      const part = bytesOf(await client.retrieveInstance(path));
      expect(sha256(part), name).toBe(sha256(bytes));
    }
  };
  await readAll();
  const studies = new Set(files.map(({ study }) => study));
  await until(async () => (await keysBelow('packs/settled/')).length >= studies.size);
  await readAll();
});

test('all packs are in the bucket, and none is a file', async () => {
  expect(existsSync(join(archive.data, 'objects'))).toBe(false);
  expect((await keysBelow('packs/settled/')).length).toBeGreaterThan(0);
});

test('while S3 is away stores and retrievals are 503, searches go on, and afterwards all is as before', async () => {
  expect((await caller.store([slice(1)])).status).toBe(200);
  await way.cut();
  for (const answer of [
    await caller.store([slice(2)]),
    await caller.ask(SLICE(1), { accept: '*/*' }),
  ]) {
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await problemOf(answer)).toMatchObject({
      status: 503,
      type: 'urn:arkim:problem:object-store-unavailable',
    });
  }
  expect(await caller.search('/studies/1.2.600/instances')).toHaveLength(1);
  const ready = await caller.ask('/health/ready');
  expect([ready.status, await ready.json()]).toEqual([
    200,
    { status: 'degraded', down: ['object-store'] },
  ]);
  const { code, stderr } = await archive.arkim('verify');
  expect([code, stderr.trim().split('\n')]).toEqual([
    1,
    [expect.stringContaining(`at ${way.endpoint} can't be used`)],
  ]);

  await way.mend();
  expect(await storeResult(await caller.store([slice(2)]))).toMatchObject({
    status: 200,
    stored: ['1.2.600.1.2'],
  });
  const again = await caller.ask(SLICE(1), { accept: 'application/dicom' });
  expect(Buffer.from(await again.arrayBuffer()).equals(slice(1))).toBe(true);
  expect(await (await caller.ask('/health/ready')).json()).toEqual({ status: 'ready' });
});

test('settled landing packs leave the bucket, orphans are swept, and every byte and row is right', async () => {
  const orphan = 'packs/landing/aa/0000000000aa';
  await objects.put(
    orphan,
    (async function* () {
      yield Buffer.from('nothing names it');
    })(),
  );
  await until(async () => (await keysBelow('packs/landing/')).join() === orphan);
  const before = await keysBelow('packs/settled/');
  await sweepOnce();
  expect(await keysBelow('packs/landing/')).toEqual([]);
  expect((await keysBelow('packs/settled/')).sort()).toEqual(before.sort());

  const verified = await archive.arkim('verify');
  expect([verified.code, verified.stdout]).toEqual([
    0,
    expect.stringContaining(' 0 damaged or missing'),
  ]);
  expect(await archive.arkim('rebuild', '--all')).toMatchObject({ code: 0 });
});

/* As the retention worker does each hour; two days have passed for it. */
async function sweepOnce(): Promise<void> {
  const config = readConfig({ ARKIM_DATA: archive.data, ...settings });
  const log = createLog({ name: 'sweep test', level: 'fatal' });
  const worker = await openRetentionWorker(
    { ...config, postgresUrl: await findDatabase(config) },
    log,
  );
  const stop = new AbortController();
  const pause = async () => stop.abort();
  await runSweep({ worker, log, pause, nowMs: () => Date.now() + TWO_DAYS_MS }, stop.signal);
  await worker.close();
}

test('the secret key is in no line that the archive prints', () => {
  expect(archive.output()).toContain(`at ${way.endpoint}`);
  expect(archive.output()).not.toContain(secretKey);
});
