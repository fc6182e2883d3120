import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { onboard } from '../../apps/archive-api/src/archive-api.testing.js';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { ingestBatch } from '../../apps/ingest-worker/src/ingest/ingest-batch.js';
import { takeJobs } from '../../apps/ingest-worker/src/ingest/take-jobs.js';
import { type ArchiveUnderRoles, archiveUnderRoles } from '../roles/archive-under-roles.js';
import { urlAs } from '../roles/roles.js';
import { HOSPITAL, image, noteOn } from './rejecting-archive.js';

const POLL_MS = 20;

let archive: ArchiveUnderRoles;
beforeAll(async () => {
  archive = await archiveUnderRoles();
  await onboard(archive.database.pool, HOSPITAL);
  vi.stubEnv('ARKIM_DATA', archive.dataFolder);
  vi.stubEnv('ARKIM_POSTGRES_URL', urlAs(archive.database.url, 'arkim_operator'));
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await archive.close();
});

/** What is asked for, while the worker does its part. */
async function worked<T>(asked: Promise<T>): Promise<T> {
  let isOpen = true;
  const answer = asked.finally(() => {
    isOpen = false;
  });
  const { ingest, revoke } = archive.ingest;
  while (isOpen) {
    await ingestBatch(ingest, await takeJobs(ingest.commitPool));
    await revoke();
    await pause(POLL_MS);
  }
  return answer;
}

async function arkim(...args: readonly string[]): Promise<readonly string[]> {
  const lines: string[] = [];
  const command = await commands['rejections']?.();
  const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
  expect(await worked(Promise.resolve(command?.run(args, terminal)))).toBe(0);
  return lines;
}

const found = async () =>
  ((await (await archive.get('/studies/1.2.1/instances')).json()) as readonly unknown[]).length;

test('each program has the rights that rejecting, listing and revoking take', async () => {
  for (const file of [image(1, 1, 1), noteOn(1, '113037', [[1, 1]])])
    expect((await worked(archive.post(file))).status).toBe(200);
  expect(await found()).toBe(0);
  const [line = ''] = await arkim('list', '--hospital', HOSPITAL);
  expect(line).toMatch(/^[0-9a-f]{32} {2}113037 {2}[0-9a-f]{32} {2}1 instances$/);
  expect(await arkim('revoke', line.slice(0, 32), '--hospital', HOSPITAL)).toEqual(['revoked']);
  expect(await found()).toBe(1);
  expect(await arkim('list', '--hospital', HOSPITAL)).toEqual([]);
});
