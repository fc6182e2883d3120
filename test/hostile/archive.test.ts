import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RunningArchive, startArchive } from '../acceptance/archive.js';
import { type Caller, callerOf, firstOf } from '../acceptance/ask.js';
import { peaks, resetPeaks } from '../acceptance/long/memory.js';
import { sha256 } from '../acceptance/read-dicom.js';
import { exchange, type RawAnswer } from './exchange.js';
import {
  type HostileRequest,
  hostileRequest,
  type Surroundings,
} from './inputs/hostile-request.js';
import { type Kept, newKept, noteOutcomes } from './kept.js';

const REQUESTS = Number(process.env['ARKIM_TEST_HOSTILE_REQUESTS'] || 7_000);
const SENDERS = 12;
const HOSPITAL = 'HOSP-HOSTILE';
const READERS = 4;
/** Of so many instances that were kept one is read on every route. */
const READ_EVERY = 2;
const PEAK_MB_MAX = 1_200;
/** docs/problems.md: the archive is busy. Nothing else of 500 and more is an answer to what a client sent. */
const BUSY = /"type":"urn:arkim:problem:(overloaded|receipt-late)"/;

const only = process.env['HOSTILE_SEED'];
const report: string[] = [];
const kept: Kept = newKept();

let archive: RunningArchive;
let caller: Caller;
let around: Surroundings;
let port: number;
let processes: Readonly<Record<string, number>>;

beforeAll(async () => {
  archive = await startArchive();
  expect((await archive.arkim('onboard', HOSPITAL)).code).toBe(0);
  caller = await callerOf(archive, { org: HOSPITAL, roles: ['modality', 'radiologist'] });
  const { host, port: number } = new URL(archive.origin);
  port = Number(number);
  around = { host, token: caller.token, instances: await storeSamples() };
  processes = archive.processes();
  resetPeaks(archive);
});
afterAll(async () => {
  console.log(`hostile requests:\n  ${report.join('\n  ')}`);
  await archive.stop();
});

/* What the hospitals of the demonstration hold is there for this one too, so that retrievals find something. */
async function storeSamples(): Promise<readonly string[]> {
  const reader = await callerOf(archive, { org: 'HOSP-A', roles: ['radiologist'] });
  const paths: string[] = [];
  for (const instance of await reader.search('/instances?limit=400')) {
    if (paths.length >= 12) break;
    const { pathname } = new URL(firstOf(instance, '00081190'));
    const accept = 'application/dicom; transfer-syntax=*';
    const file = Buffer.from(await (await reader.ask(pathname, { accept })).arrayBuffer());
    const stored = await caller.store([file]);
    noteOutcomes(kept, [file], await stored.text());
    paths.push(pathname);
  }
  return paths;
}

const tally = new Map<string, number>();

/* What is wrong with an answer; undefined when nothing is. */
function faultOf({ mayBreakOff }: HostileRequest, { status, headers, body }: RawAnswer) {
  if (status === -1) return 'nothing came for a long time';
  if (status === 0) return mayBreakOff ? undefined : 'the connection was closed without an answer';
  const text = body.toString('latin1');
  if (status >= 500) return status === 503 && BUSY.test(text) ? undefined : `${status} ${text}`;
  const type = headers.get('content-type') ?? '';
  if (type === 'application/problem+json' && /<script|etc\/passwd|DROP TABLE/i.test(text))
    return `${status} repeats what was sent`;
  return type.startsWith('text/html') && text.includes('<script>alert')
    ? 'it serves a script of the client'
    : undefined;
}

async function sendSeed(seed: number): Promise<string | undefined> {
  const request = hostileRequest(seed, around);
  const answer = await exchange(port, request.raw);
  const line = `${request.kind}: ${answer.status === 0 ? 'no answer' : answer.status}`;
  tally.set(line, (tally.get(line) ?? 0) + 1);
  const fault = faultOf(request, answer) ?? noteStore(request, answer);
  return fault === undefined ? undefined : `HOSTILE_SEED=${seed} (${request.kind}): ${fault}`;
}

function noteStore({ kind, files }: HostileRequest, { status, body }: RawAnswer) {
  if (!kind.startsWith('POST') || ![200, 202, 409].includes(status)) return undefined;
  const outcomes = noteOutcomes(kept, files, body.toString());
  return files === undefined || outcomes === files.length
    ? undefined
    : `${outcomes} outcomes of ${files.length} parts`;
}

async function inParallel(
  seeds: readonly number[],
  run: (seed: number) => Promise<string | undefined>,
) {
  const faults: string[] = [];
  let next = 0;
  const sender = async () => {
    while (next < seeds.length) {
      const fault = await run(seeds[next++] ?? 0);
      if (fault !== undefined) faults.push(fault);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, sender));
  return faults;
}

test(`${REQUESTS} hostile requests are answered, and every program lives on`, async () => {
  const seeds =
    only === undefined ? Array.from({ length: REQUESTS }, (_, seed) => seed) : [Number(only)];
  const faults = await inParallel(seeds, sendSeed);
  report.push(...[...tally].sort().map(([line, times]) => `${times} × ${line}`));
  expect(faults).toEqual([]);
  expect(archive.processes()).toEqual(processes);
  expect((await fetch(`${archive.origin}/health/ready`)).status).toBe(200);
});

test('memory stays bounded', () => {
  const found = peaks(archive);
  report.push(
    `peaks: ${Object.entries(found)
      .map(([name, megabytes]) => `${name} ${megabytes} MB`)
      .join(', ')}`,
  );
  for (const [name, megabytes] of Object.entries(found)) {
    if (!Number.isNaN(megabytes)) expect([name, megabytes < PEAK_MB_MAX]).toEqual([name, true]);
  }
});

const findable = async (): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  for (let offset = 0; ; offset += 5000) {
    const page = await caller.search(`/instances?limit=5000&offset=${offset}`);
    for (const each of page)
      found.set(firstOf(each, '00080018'), new URL(firstOf(each, '00081190')).pathname);
    if (page.length === 0) return found;
  }
};

test('whatever was acknowledged is findable, and nothing else', async () => {
  const found = await findable();
  report.push(
    `${found.size} instances found, ${kept.digests.size} acknowledged, ${kept.failed} refused`,
  );
  expect([...kept.digests.keys()].filter((uid) => !found.has(uid))).toEqual([]);
  expect([...found.keys()].filter((uid) => !kept.digests.has(uid))).toEqual([]);
});

test('each comes back byte by byte, and verify finds every byte', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'arkim-hostile-'));
  try {
    const { code, stderr } = await archive.arkim('export', '--hospital', HOSPITAL, '--out', folder);
    expect([code, stderr]).toEqual([0, stderr]);
    const others: string[] = [];
    for (const [uid, path] of await findable()) {
      const [, , , study = '', , series = ''] = path.split('/');
      const digest = sha256(readFileSync(join(folder, study, series, `${uid}.dcm`)));
      const sent = kept.digests.get(uid);
      if (sent !== undefined && sent.size > 0 && !sent.has(digest)) others.push(uid);
    }
    expect(others).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { code, stdout } = await archive.arkim('verify');
  expect([code, stdout]).toEqual([0, expect.stringContaining(' 0 damaged')]);
  report.push(`verify: ${stdout.trim()}`);
});

test('a rebuild from the log gives the same rows of it', async () => {
  const before = await findable();
  const { code, stdout } = await archive.arkim('rebuild', '--all');
  expect([code, stdout]).toEqual([0, expect.stringContaining('is in use')]);
  expect(await findable()).toEqual(before);
});

const ROUTES: readonly (readonly [string, string])[] = [
  ['', '*/*'],
  ['', 'application/dicom; transfer-syntax=*'],
  ['/metadata', 'application/dicom+json'],
  ['/metadata', 'multipart/related; type="application/dicom+xml"'],
  ['/frames/1', '*/*'],
  ['/frames/1', 'application/octet-stream'],
  ['/frames/1', 'image/jpeg'],
  ['/frames/1,2', 'multipart/related; type="application/octet-stream"'],
  ['/bulkdata/7FE00010', '*/*'],
  ['/rendered', 'image/jpeg'],
  ['/thumbnail', '*/*'],
];

test('every hostile file that was kept is answered or refused on every route', async () => {
  const paths = [...(await findable()).values()].filter((_, at) => at % READ_EVERY === 0);
  const statuses = new Map<string, number>();
  const faults: string[] = [];
  const all = paths.flatMap((path) =>
    ROUTES.map(([tail, accept]) => [path + tail, accept] as const),
  );
  let next = 0;
  const reader = async () => {
    for (;;) {
      const [path, accept] = all[next++] ?? [];
      if (path === undefined || accept === undefined) return;
      const answer = await caller.ask(path, { accept });
      const isWhole = await answer.arrayBuffer().then(
        () => true,
        () => false,
      );
      const line = `GET …/${path.split('/').slice(8).join('/')} ${answer.status}${isWhole ? '' : ', broken off'}`;
      statuses.set(line, (statuses.get(line) ?? 0) + 1);
      if (answer.status >= 500 || !isWhole) faults.push(`${path} (${accept}): ${line}`);
    }
  };
  await Promise.all(Array.from({ length: READERS }, reader));
  report.push(...[...statuses].sort().map(([line, times]) => `${times} × ${line}`));
  expect(faults).toEqual([]);
  expect(archive.processes()).toEqual(processes);
});
