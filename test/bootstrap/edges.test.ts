import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  freePort,
  isRunning,
  killAll,
  npmStart,
  postgresOf,
  type Start,
  shell,
  statusOf,
  stopAll,
  until,
  untilGone,
  untilReady,
} from './npm-start.js';

const EDGES = 3;
const WORKERS = 2;

let parent: string;
let data: string;
let port: number;
let running: Start;
let token: string;

beforeAll(async () => {
  parent = await mkdtemp(join(tmpdir(), 'arkim-edges-'));
  data = join(parent, 'data');
  port = await freePort();
  running = npmStart({ data, port, env: { ARKIM_EDGES: String(EDGES) } });
  await untilReady(running);
  const roles = 'radiologist,modality';
  const line = `npm run --silent token -- --org HOSP-A --role ${roles}`;
  token = (await shell(line, { ARKIM_DATA: data })).stdout.trim();
});
afterAll(async () => {
  await stopAll();
  await untilGone([postgresOf(data)]);
  await rm(parent, { recursive: true });
});

/** The first edge, the workers, the other edges. */
const children = () =>
  (JSON.parse(readFileSync(join(data, 'run.json'), 'utf8')) as { children: number[] }).children;
const edges = () => [...children().slice(0, 1), ...children().slice(1 + WORKERS)];

/** Asks over a connection of its own, so that any edge may answer. */
const curl = async (path: string, more = '') =>
  (
    await shell(
      `curl --silent --max-time 20 -H 'Authorization: Bearer ${token}' ${more} http://127.0.0.1:${port}${path}`,
    )
  ).stdout;

const answers = async () => (await curl('/metrics')).match(/edge="(\d+)"/)?.[1];

async function untilAllAnswer(): Promise<void> {
  const seen = new Set<string>();
  await until(async () => {
    const edge = await answers();
    if (edge !== undefined) seen.add(edge);
    return seen.size === EDGES;
  });
}

async function stores(sample: string): Promise<boolean> {
  const file = `infra/samples/HOSP-A/${sample}/01.dcm`;
  const body = `printf -- '--b\\r\\nContent-Type: application/dicom\\r\\n\\r\\n'; cat ${file}; printf -- '\\r\\n--b--\\r\\n'`;
  const { stdout } = await shell(
    `(${body}) | curl --silent --max-time 20 --output /dev/null --write-out '%{http_code}' -H 'Content-Type: multipart/related; type="application/dicom"; boundary=b' -H 'Authorization: Bearer ${token}' --data-binary @- http://127.0.0.1:${port}/dicom-web/studies`,
  );
  return stdout === '200';
}

const studies = async () => {
  const found = JSON.parse(await curl('/dicom-web/studies')) as unknown[];
  return found.length;
};

test('every edge runs when the archive is ready, and each answers', async () => {
  expect(edges()).toHaveLength(EDGES);
  expect(edges().every(isRunning)).toBe(true);
  await untilAllAnswer();
});

test('stores and reads are answered alike by any edge', async () => {
  const before = await studies();
  for (let number = 0; number < 2 * EDGES; number++) {
    expect(await stores('ct-small')).toBe(true);
    expect(await studies()).toBe(before);
  }
});

test('an edge that is killed is started again while the others answer', async () => {
  const [, killed] = edges();
  killAll([killed]);
  await until(async () => (await statusOf(port, '/health/ready')) === 200);
  await until(() => stores('ct-small'));
  await until(() => edges().length === EDGES && !edges().includes(killed ?? 0));
  await untilAllAnswer();
});

test('all edges stop with the archive', async () => {
  const pids = children();
  await stopAll();
  await untilGone(pids);
  expect(running.output()).toContain('arkim: stopped');
});
