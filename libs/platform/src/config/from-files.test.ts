import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { withSecretFiles } from './from-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-secret-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileWith(text: string): Promise<string> {
  const file = join(folder, 'secret');
  await writeFile(file, text);
  return file;
}

test('a secret may stand in a file; the end of its line is no part of it', async () =>
  expect(
    withSecretFiles({ ARKIM_S3_SECRET_KEY_FILE: await fileWith('very secret\n') }),
  ).toMatchObject({ ARKIM_S3_SECRET_KEY: 'very secret' }));
test('what is not named stays as it is', () => {
  const environment = { PORT: '1', ARKIM_S3_SECRET_KEY: 'x', ARKIM_S3_SECRET_KEY_FILE: '' };
  expect(withSecretFiles(environment)).toBe(environment);
});
test.each([
  ['empty', '', 'the file is empty'],
  ['of two lines', 'secret\nsecret', 'more than one line'],
  ['too large', 's'.repeat(16_385), 'larger than'],
])('a file that is %s is refused without its content', async (_, text, line) => {
  const file = await fileWith(text);
  const read = () => withSecretFiles({ ARKIM_KURRENTDB_URL_FILE: file });
  expect(read).toThrow(line);
  expect(read).not.toThrow(/secret\n|sss/);
});
test('a file that is not there, and a setting that is given twice, are refused', async () => {
  expect(() => withSecretFiles({ ARKIM_POSTGRES_URL_FILE: join(folder, 'none') })).toThrow(
    "ARKIM_POSTGRES_URL_FILE: the file can't be read",
  );
  const file = await fileWith('x');
  expect(() =>
    withSecretFiles({ ARKIM_S3_ACCESS_KEY: 'a', ARKIM_S3_ACCESS_KEY_FILE: file }),
  ).toThrow('ARKIM_S3_ACCESS_KEY and ARKIM_S3_ACCESS_KEY_FILE: set one of them');
});
