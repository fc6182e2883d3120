import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createLog } from '#platform/log';
import { superviseProcess } from './supervised-process.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-supervised-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function supervise(source: string) {
  const file = join(folder, 'program.mjs');
  await writeFile(file, source);
  const started: (number | undefined)[] = [];
  const crashes: number[] = [];
  const program = superviseProcess({
    name: 'program',
    file,
    env: {},
    log: createLog({ name: 'test', level: 'silent' }),
    onStart: (pid) => started.push(pid),
    onCrash: (inARow) => crashes.push(inARow),
  });
  return { program, started, crashes };
}
const STAYS = 'process.on("disconnect", () => process.exit()); ';

test('a program that is killed is started again, and stops when asked', async () => {
  const { program, started, crashes } = await supervise(STAYS);
  await expect.poll(() => program.pid()).toBeDefined();
  process.kill(Number(program.pid()), 'SIGKILL');
  await expect.poll(() => started.length).toBe(2);
  await program.stop();
  expect(program.pid()).toBeUndefined();
  expect(crashes).toEqual([1]);
});
test('a program that ends at once is tried again and again, counted in a row', async () => {
  const { program, crashes } = await supervise('process.exit(1)');
  await expect.poll(() => crashes, { timeout: 10_000 }).toEqual([1, 2, 3]);
  await program.stop();
});
test('a program that waits to be started again can be stopped', async () => {
  const { program, crashes } = await supervise('process.exit(1)');
  await expect.poll(() => crashes.length, { timeout: 10_000 }).toBe(3);
  await program.stop();
  expect(crashes).toHaveLength(3);
});
test('a program gets a process group of its own', async () => {
  const { program } = await supervise(STAYS);
  await expect.poll(() => program.pid()).toBeDefined();
  process.kill(-Number(program.pid()), 0);
  await program.stop();
});
