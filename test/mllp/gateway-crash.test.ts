import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TEST_SECRETS } from '../support/archive-core.js';
import { programEnvironment } from '../support/environment.js';
import { codeOf, header, lines, pid, sender, type TestGateway, testGateway } from './gateway.js';

/* Built by `npm test`. */
const PROGRAM = 'dist/apps/hl7-gateway/src/main.js';

let gateway: TestGateway;
let folder: string;
let port: number;
beforeAll(async () => {
  gateway = await testGateway();
  folder = await mkdtemp(join(tmpdir(), 'arkim-hl7-'));
  await mkdir(join(folder, 'keys'));
  await writeFile(join(folder, 'keys', 'master.key'), TEST_SECRETS.masterKey);
  await writeFile(join(folder, 'keys', 'lookup.key'), TEST_SECRETS.lookupKey);
  port = await freePort();
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const start = (): ChildProcess =>
  spawn(process.execPath, [PROGRAM], {
    env: {
      ...programEnvironment(),
      ARKIM_DATA: folder,
      ARKIM_POSTGRES_URL: gateway.archive.url,
      ARKIM_MLLP_PORT: String(port),
      ARKIM_LOG: 'error',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });

const connected = async () => {
  for (let tries = 0; ; tries++)
    try {
      return await sender(port);
    } catch (error) {
      if (tries === 200) throw error;
      await delay(100);
    }
};

const MESSAGES = 10;

test('what was acknowledged before a death is applied once, and what is sent again once', async () => {
  const { pool } = gateway.archive;
  const messages = Array.from({ length: MESSAGES }, (_, index) =>
    lines(header('ADT^A28', { id: `crash-${index}` }), pid(`crash-${index}`)),
  );
  const first = start();
  const his = await connected();
  const held = await pool.connect();
  await held.query('begin');
  await held.query('lock table patient_ids in exclusive mode');
  for (const message of messages) expect(codeOf(await his.ask(message))).toMatch(/^AA crash/);
  first.kill('SIGKILL');
  await once(first, 'exit');
  /* What the dead one had taken is free again. */
  await held.query('rollback');
  await pool.query('update hl7_messages set due_at = now()');
  held.release();
  const second = start();
  const again = await connected();
  for (const message of messages) expect(codeOf(await again.ask(message))).toMatch(/^AA crash/);
  await expect
    .poll(async () => (await gateway.rows()).map(({ state }) => state), {
      timeout: 40_000,
      interval: 200,
    })
    .toEqual(Array.from({ length: MESSAGES }, () => 'applied'));
  const facts = await gateway.archive.facts();
  expect(facts.map(({ type }) => type)).toEqual(
    Array.from({ length: MESSAGES }, () => 'PatientIdentified'),
  );
  second.kill('SIGTERM');
  const [code] = await once(second, 'exit');
  expect(code).toBe(0);
});
