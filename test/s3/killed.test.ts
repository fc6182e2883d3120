import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { newStore } from './open-store.js';

const CHILD = fileURLToPath(new URL('./storing-process.ts', import.meta.url));

/** Runs our TypeScript as it is: Node strips the types, this maps the `.js` of an import to the `.ts` beside it. */
const SOURCES = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ resolve: (specifier, context, next) => next(
    /^\\.{1,2}\\/.*\\.js$/.test(specifier) && context.parentURL?.endsWith('.ts')
      ? specifier.replace(/js$/, 'ts') : specifier, context) });
`)}`;

const FURTHER_KILLS_MAX = 20;

/** A program that stores is killed behind so many answers, which are added to `answered`. */
async function storeUntilKilled(
  settings: object,
  answersBeforeKill: number,
  answered: Set<string>,
): Promise<void> {
  const words = ['--no-warnings', '--experimental-transform-types', '--import', SOURCES, CHILD];
  const storing = spawn(process.execPath, [...words, JSON.stringify(settings)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(storing, 'exit');
  let answers = 0;
  for await (const key of createInterface(storing.stdout)) {
    answered.add(key);
    answers += 1;
    if (answers === answersBeforeKill) storing.kill('SIGKILL');
  }
  expect(await ended).toEqual([null, 'SIGKILL']);
}

test('killed in the middle of puts: every object is whole, every answered one is there, the rest is cleaned', async () => {
  const { store, settings, residue, close } = await newStore();
  const answered = new Set<string>();
  for (const answersBeforeKill of [1, 4, 9])
    await storeUntilKilled(settings, answersBeforeKill, answered);
  /* A kill may fall between two uploads. */
  for (let kills = 0; kills < FURTHER_KILLS_MAX && (await residue()).length === 0; kills++)
    await storeUntilKilled(settings, 2, answered);
  const found = new Set<string>();
  for await (const { key } of store.list('packs/')) {
    const digest = createHash('sha256');
    for await (const chunk of (await store.stream(key)) ?? []) digest.update(chunk);
    expect(key.endsWith(digest.digest('hex'))).toBe(true);
    found.add(key);
  }
  expect(answered.size).toBeGreaterThanOrEqual(14);
  expect([...answered].filter((key) => !found.has(key))).toEqual([]);
  const left = await residue();
  expect(left.length).toBeGreaterThan(0);
  expect(await store.cleanUploads(Date.now() + 60_000)).toBe(left.length);
  expect(await residue()).toEqual([]);
  await close();
});
