import { verify } from 'node:crypto';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openSigningKey } from './signing-key.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-signer-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('programs that open it at once have one key, which nobody else may read', async () => {
  const signers = await Promise.all(Array.from({ length: 4 }, () => openSigningKey(folder)));
  expect(new Set(signers.map(({ keyId }) => keyId)).size).toBe(1);
  expect((await stat(join(folder, 'keys', 'signing.pem'))).mode & 0o777).toBe(0o600);
});
test('what it signs is verified with its public key, and nothing else is', async () => {
  const { sign, publicKey } = await openSigningKey(folder);
  const bytes = Buffer.from('what was received');
  const signature = sign(bytes);
  expect(verify(null, bytes, publicKey, signature)).toBe(true);
  expect(verify(null, Buffer.from('what was not'), publicKey, signature)).toBe(false);
});
test('a damaged key is refused', async () => {
  await writeFile(join(folder, 'keys', 'signing.pem'), 'short');
  await expect(openSigningKey(folder)).rejects.toThrow('no Ed25519 key');
});
