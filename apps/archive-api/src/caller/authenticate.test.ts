import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type DemoIssuer, openDemoIssuer } from '#platform/demo-issuer';
import { createTokenVerifier } from '#platform/verify-token';
import { type Authenticate, authenticate } from './authenticate.js';

const NOW_S = 1_800_000_000;
let folder: string;
let issuer: DemoIssuer;
let authenticated: Authenticate;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-authenticate-'));
  issuer = await openDemoIssuer(folder);
  authenticated = authenticate(createTokenVerifier([issuer.trusted], () => NOW_S * 1000));
});
afterAll(() => rm(folder, { recursive: true }));

const token = (lifetimeS = 60) =>
  issuer.sign({
    organisation: 'HOSP-A',
    roles: ['radiologist'],
    subject: 'someone',
    issuedAtS: NOW_S - 30,
    lifetimeS,
  });

test('a good token names the hospital, the roles and the subject', async () =>
  expect(await authenticated(`Bearer ${await token()}`)).toEqual({
    ok: true,
    caller: {
      hospital: 'HOSP-A',
      roles: ['radiologist'],
      issuer: issuer.trusted.issuer,
      subject: 'someone',
      purpose: null,
    },
  }));
test('the scheme is read in any case', async () =>
  expect(await authenticated(`bearer ${await token()}`)).toMatchObject({ ok: true }));
test.each([undefined, '', 'Bearer', 'Basic abc', 'Bearer abc', 'Bearer a b', 'Bearer a.b.c'])(
  '%j is 401',
  async (header) =>
    expect(await authenticated(header)).toMatchObject({ ok: false, problem: { status: 401 } }),
);
test('an expired token is 401 and told so', async () =>
  expect(await authenticated(`Bearer ${await token(1)}`)).toMatchObject({
    problem: { status: 401, detail: 'The token is refused: expired.' },
  }));
