import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { shell } from './npm-start.js';

let folder: string;
let origin: string;
const registry = createServer((request, answer) => {
  if (request.url?.endsWith('.tgz')) answer.end('not what was pinned');
  else answer.end(JSON.stringify(description()));
});

/* How a registry describes a package, as far as npm pack asks. */
const description = () => ({
  name: '@ohif/app',
  versions: {
    '3.13.2': { name: '@ohif/app', version: '3.13.2', dist: { tarball: `${origin}/app.tgz` } },
  },
});

beforeAll(async () => {
  await once(registry.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), 'arkim-viewer-'));
  await cp('infra', join(folder, 'infra'), { recursive: true });
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }');
});
afterAll(async () => {
  registry.close();
  await rm(folder, { recursive: true });
});

const fetchFrom = (address: string) =>
  shell(`node ${folder}/infra/viewer.mjs`, {
    npm_config_registry: address,
    npm_config_cache: join(folder, 'cache'),
    npm_config_fetch_retries: '0',
  });

test.each([
  ['no registry', () => 'http://127.0.0.1:9/', 'the package registry does not give it'],
  ['another package under its name', () => origin, 'what came is not what was pinned'],
])('%s: one clear line, and nothing is left behind', async (_what, address, reason) => {
  const { code, stdout, stderr } = await fetchFrom(address());
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toBe(
    `arkim: the viewer can't be fetched (${reason}): everything else works; npm run viewer tries again\n`,
  );
  expect(readdirSync(join(folder, '.build'))).toEqual([]);
});

/* The parts that need no network, as a program of this clone runs them. */
const evaluate = (code: string) =>
  spawnSync('node', ['--input-type=module', '--eval', code], { encoding: 'utf8' });

test('the files of a tar are read in any split of its bytes, a torn one is refused', async () => {
  const packed = join(folder, 'packed.tar');
  await mkdir(join(folder, 'package', 'dist'), { recursive: true });
  const long = 'x'.repeat(5_000);
  await writeFile(join(folder, 'package', 'dist', 'a.js'), long);
  await writeFile(join(folder, 'package', 'dist', 'empty.js'), '');
  await writeFile(join(folder, 'package', 'dist', 'left.out'), 'no');
  expect(spawnSync('tar', ['-C', folder, '--format=ustar', '-cf', packed, 'package']).status).toBe(
    0,
  );
  const script = (bytes: number, kept: number) => `
    import { readFileSync } from 'node:fs';
    import { tarFiles } from '${process.cwd()}/infra/bootstrap/viewer/tar.mjs';
    const all = readFileSync('${packed}').subarray(0, ${kept});
    async function* chunks() { for (let at = 0; at < all.length; at += ${bytes}) yield all.subarray(at, at + ${bytes}); }
    const found = {};
    for await (const { name, content } of tarFiles(chunks(), (name) => name.endsWith('.js'))) found[name] = content.toString();
    process.stdout.write(JSON.stringify(found));`;
  for (const bytes of [1, 511, 512, 10_000])
    expect(JSON.parse(evaluate(script(bytes, 1e9)).stdout)).toEqual({
      'package/dist/a.js': long,
      'package/dist/empty.js': '',
    });
  expect(evaluate(script(512, 3_000)).stderr).toContain('the archive ends too early');
});
test('nothing is unpacked outside the folder, and nothing that is not served', () => {
  const names = [
    'package/dist/app.js',
    'package/dist/assets/a.png',
    'package/LICENSE',
    'package/package.json',
    'package/dist/../../x.js',
    'package/dist//etc/x.js',
    'package/dist/.hidden.js',
    'package/dist/app.js.map',
    'package/dist/ort/ort.js',
    'package/dist/index.html',
    '/etc/passwd',
  ];
  const { stdout } = evaluate(`
    import { placeOf } from '${process.cwd()}/infra/bootstrap/viewer/pin.mjs';
    process.stdout.write(JSON.stringify(${JSON.stringify(names)}.map(placeOf).filter(Boolean)));`);
  expect(JSON.parse(stdout)).toEqual(['app.js', 'assets/a.png', 'LICENSE']);
});
