import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from './config.js';
import { openDemoIssuer } from './demo-issuer.js';
import { trustedIssuers } from './issuers.js';
import { createTokenVerifier } from './verify-token.js';

const CLAIMS = {
  organisation: 'HOSP-A',
  roles: ['radiologist'],
  subject: 'someone',
  issuedAtS: 1_800_000_000,
  lifetimeS: 60,
};
const NOW_MS = 1_800_000_010_000;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-demo-'));
});
afterAll(() => rm(folder, { recursive: true }));

const config = (demo: string) => readConfig({ ARKIM_DATA: folder, ARKIM_DEMO: demo });

test('several openers at once agree on one key pair, in a file that only its owner can read', async () => {
  const issuers = await Promise.all(Array.from({ length: 8 }, () => openDemoIssuer(folder)));
  expect(new Set(issuers.map(({ trusted }) => JSON.stringify(trusted))).size).toBe(1);
  const file = join(folder, 'demo', 'issuer.jwk');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('d');
  expect(JSON.stringify(issuers[0]?.trusted)).not.toContain('"d":');
});
test('its tokens count in a demonstration', async () => {
  const token = await (await openDemoIssuer(folder)).sign(CLAIMS);
  const verify = createTokenVerifier(await trustedIssuers(config('1')), () => NOW_MS);
  expect(await verify(token)).toMatchObject({ ok: true, caller: { organisation: 'HOSP-A' } });
});
test('its tokens count for nothing where there is no demonstration', async () => {
  const token = await (await openDemoIssuer(folder)).sign(CLAIMS);
  const verify = createTokenVerifier(await trustedIssuers(config('0')), () => NOW_MS);
  expect(await verify(token)).toEqual({ ok: false, refusal: 'unknown-issuer' });
});
test('it signs for no organisation that is no code', async () => {
  const issuer = await openDemoIssuer(folder);
  await expect(issuer.sign({ ...CLAIMS, organisation: '*' })).rejects.toThrow('organisation');
});
