import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { shell } from '../bootstrap/npm-start.js';

test('the page of the viewer names a bundle that the package has', async () => {
  const page = await readFile('infra/viewer/index.html', 'utf8');
  const [, bundle = ''] = /src="\/viewer\/(app\.bundle\.[0-9a-f]+\.js)"/.exec(page) ?? [];
  expect(await shell('npm run --silent viewer')).toMatchObject({ code: 0 });
  expect(existsSync(join('.build/viewer', bundle))).toBe(true);
});
