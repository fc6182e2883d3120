import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { opaqueIds } from '#index/opaque-ids';
import { type DemoClaims, type DemoIssuer, openDemoIssuer } from '#platform/demo-issuer';
import { createTokenVerifier } from '#platform/verify-token';
import { accessSubjectOf } from './access-subject.js';
import { type Authenticate, authenticate } from './authenticate.js';
import { actorOf } from './caller.js';
import { hospitalRegistry } from './hospital-registry.js';

const NOW_S = 1_800_000_000;
let folder: string;
let issuer: DemoIssuer;
let authenticated: (header: string | undefined, organisation?: string) => ReturnType<Authenticate>;
const neverAsked = () => Promise.reject(new Error('the database is not asked'));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'arkim-authenticate-'));
  issuer = await openDemoIssuer(folder);
  const clock = { nowMs: () => 0, wallMs: () => NOW_S * 1000 };
  const registry = hospitalRegistry({ query: neverAsked }, [issuer.trusted], clock);
  const verify = createTokenVerifier(registry.issuers, clock.wallMs);
  const personOf = async (patient: string) => `person of ${patient}`;
  const ask = authenticate({ verify, ids, registry, personOf, tokenIssuer: 'urn:arkim:archive' });
  authenticated = (authorization, organisation) =>
    ask({ authorization, organisation, certificate: null });
});
afterAll(() => rm(folder, { recursive: true }));

const ids = opaqueIds(Buffer.alloc(32, 1));
const token = (lifetimeS = 60, change: Partial<DemoClaims> = {}) =>
  issuer.sign({
    organisation: 'HOSP-A',
    roles: ['radiologist'],
    subject: 'someone',
    issuedAtS: NOW_S - 30,
    lifetimeS,
    ...change,
  });
const asked = async (change: Partial<DemoClaims>) => {
  const found = await authenticated(`Bearer ${await token(60, change)}`);
  if (!found.ok) throw new Error(`refused: ${found.problem.detail}`);
  return accessSubjectOf(found.caller);
};

test('a good token names the hospital, the roles and the subject', async () =>
  expect(await authenticated(`Bearer ${await token()}`)).toEqual({
    ok: true,
    caller: {
      hospital: 'HOSP-A',
      roles: ['radiologist'],
      issuer: issuer.trusted.issuer,
      subject: 'someone',
      purpose: null,
      mfa: false,
      machine: false,
      act: null,
      patient: null,
      person: null,
      group: '',
      crisis: false,
    },
  }));
test('more than one factor, a program and a patient are told apart', async () => {
  expect(await asked({ mfa: true })).toMatchObject({ mfa: true, machine: false, person: null });
  expect(await asked({ roles: ['modality'] })).toMatchObject({ mfa: false, machine: true });
  expect(
    await asked({ organisation: 'AGENCY', roles: ['patient'], patient: 'NAT:123' }),
  ).toMatchObject({
    patient: ids.patient('NAT', '123'),
    person: `person of ${ids.patient('NAT', '123')}`,
  });
  expect(await asked({ patient: 'NAT:123' })).toMatchObject({ person: null });
});
test('the agency names whom it acts for; nobody else may', async () => {
  const act = { subject: 'dr-x', organisation: 'HOSP-B', roles: ['physician'] };
  expect(await asked({ organisation: 'AGENCY', roles: ['agency'], act })).toMatchObject({
    organisation: 'AGENCY',
    onBehalfOf: {
      actor: actorOf({ issuer: issuer.trusted.issuer, subject: 'dr-x' }),
      organisation: 'HOSP-B',
      roles: ['physician'],
    },
  });
  await expect(asked({ act })).rejects.toThrow('wrong-claims');
});
test('the scheme is read in any case', async () =>
  expect(await authenticated(`bearer ${await token()}`)).toMatchObject({ ok: true }));
test.each([undefined, '', 'Bearer', 'Basic abc', 'Bearer abc', 'Bearer a b', 'Bearer a.b.c'])(
  '%j is 401',
  async (header) =>
    expect(await authenticated(header)).toMatchObject({ ok: false, problem: { status: 401 } }),
);
test('one with several affiliations acts for one at a time, with the roles of that one', async () => {
  const also = [{ organisation: 'HOSP-B', roles: ['physician'] }];
  const header = `Bearer ${await token(60, { also })}`;
  expect(await authenticated(header)).toMatchObject({
    caller: { hospital: 'HOSP-A', roles: ['radiologist'] },
  });
  expect(await authenticated(header, 'HOSP-B')).toMatchObject({
    caller: { hospital: 'HOSP-B', roles: ['physician'] },
  });
  expect(await authenticated(header, 'HOSP-C')).toMatchObject({ problem: { status: 403 } });
  for (const two of ['HOSP-A, HOSP-B', 'HOSP-A,HOSP-B', ''])
    expect(await authenticated(header, two)).toMatchObject({ problem: { status: 400 } });
});
test('an expired token is 401 and told so', async () =>
  expect(await authenticated(`Bearer ${await token(1)}`)).toMatchObject({
    problem: { status: 401, detail: 'The token is refused: expired.' },
  }));
