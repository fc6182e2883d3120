import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyLedger } from './key-ledger.js';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-ledger-'));
  file = join(folder, 'apart', 'destroyed.ledger');
});
afterEach(() => rm(folder, { recursive: true }));

const destroyed = (keyId: string) => ({ keyId, destroyedAt: '2026-01-02T03:04:05.000Z' });
const idsIn = async () => (await Array.fromAsync(keyLedger(file).read())).map((key) => key.keyId);

test('what was appended is read in its order, by others too', async () => {
  const ledger = keyLedger(file);
  await ledger.append([destroyed('a'), destroyed('b')]);
  await ledger.append([]);
  await keyLedger(file).append([destroyed('c')]);
  await ledger.append([destroyed('a')]);
  expect(await idsIn()).toEqual(['a', 'b', 'c', 'a']);
});
test('there may be none yet', async () => expect(await idsIn()).toEqual([]));
test('a line that a crash cut off is written over', async () => {
  await keyLedger(file).append([destroyed('a')]);
  await appendFile(file, '{"number":2,"key":"b","a');
  expect(await idsIn()).toEqual(['a']);
  await keyLedger(file).append([destroyed('c')]);
  expect(await idsIn()).toEqual(['a', 'c']);
});

const damages: readonly [string, (lines: string[]) => string[], number][] = [
  ['changed', ([a = '', b = '', c = '']) => [a, b.replace('"b"', '"x"'), c], 2],
  ['back-dated', ([a = '', b = '', c = '']) => [a, b, c.replace('2026', '2025')], 3],
  ['left out', ([a = '', , c = '']) => [a, c], 2],
  ['left out at the start', ([, b = '', c = '']) => [b, c], 1],
  ['put elsewhere', ([a = '', b = '', c = '']) => [a, c, b], 2],
  ['no JSON', ([a = '', , c = '']) => [a, 'x', c], 2],
  ['another’s JSON', ([a = '', , c = '']) => [a, 'null', c], 2],
  ['without end', ([a = '']) => [a, 'x'.repeat(100_000)], 2],
];
test.each(damages)('a line that is %s is named', async (_how, damage, line) => {
  await keyLedger(file).append(['a', 'b', 'c'].map(destroyed));
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  await writeFile(file, `${damage(lines).join('\n')}\n`);
  await expect(idsIn()).rejects.toThrow(`line ${line}`);
  await expect(keyLedger(file).append([destroyed('d')])).rejects.toThrow(`line ${line}`);
});
