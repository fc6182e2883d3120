import { verify } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openArchiveSigner } from './signing-key.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-signer-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('programs that open it at once have one key, which nobody else may read', async () => {
  const signers = await Promise.all(Array.from({ length: 4 }, () => openArchiveSigner(folder)));
  expect(new Set(signers.map(({ keyId }) => keyId)).size).toBe(1);
  expect((await stat(join(folder, 'keys', 'signing.key'))).mode & 0o777).toBe(0o600);
});
test('what it signs is verified with its public key, and nothing else is', async () => {
  const { sign, publicKey } = await openArchiveSigner(folder);
  const bytes = Buffer.from('what was received');
  const signature = Buffer.from(sign(bytes), 'base64');
  expect(verify(null, bytes, publicKey, signature)).toBe(true);
  expect(verify(null, Buffer.from('what was not'), publicKey, signature)).toBe(false);
});
test('a damaged key is refused', async () => {
  await writeFile(join(folder, 'keys', 'signing.key'), 'short');
  await expect(openArchiveSigner(folder)).rejects.toThrow('32 bytes');
});
