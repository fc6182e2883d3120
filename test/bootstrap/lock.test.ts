import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from './npm-start.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-lock-'));
});
afterAll(() => rm(folder, { recursive: true }));

/* One start that holds the lock of install and build for a while, and notes when it has it. */
function holder(name: string, heldMs: number) {
  const script = `
    import { appendFileSync } from 'node:fs';
    import { withLock } from '${resolve('infra/bootstrap/lock.mjs')}';
    await withLock(async () => {
      appendFileSync('${folder}/notes', '${name} in\\n');
      await new Promise((done) => setTimeout(done, ${heldMs}));
      appendFileSync('${folder}/notes', '${name} out\\n');
    });`;
  return spawn('node', ['--input-type=module', '--eval', script], { stdio: 'ignore' });
}
const notes = async () =>
  (await readFile(join(folder, 'notes'), 'utf8').catch(() => '')).trim().split('\n');

test('one start at a time installs and builds, and the lock of a killed one is taken over', async () => {
  const killed = holder('killed', 60_000);
  await until(async () => (await notes()).includes('killed in'));
  const others = ['a', 'b', 'c', 'd'].map((name) => holder(name, 100));
  killed.kill('SIGKILL');
  await Promise.all(others.map((child) => once(child, 'exit')));
  const [first, ...rest] = await notes();
  expect(first).toBe('killed in');
  expect(rest).toHaveLength(8);
  for (let at = 0; at < rest.length; at += 2)
    expect(rest[at + 1]).toBe(rest[at]?.replace(' in', ' out'));
});
