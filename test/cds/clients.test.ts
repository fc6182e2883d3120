import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CdsArchive, cdsArchive, clientOf } from './cds-archive.js';
import { callOf, imageOf, orderOf } from './cds-files.js';
import { type JwtChange, signJwt } from './cds-jwt.js';
import { judged } from './judge.js';

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
  await at.store('HOSP-B', imageOf({ study: '1.2.840.99.30', national: 'N1', code: 'CT-THX-N' }));
});
afterAll(() => at.close());

const body = () => callOf([orderOf('TDMTHO')]);
const statusOf = async (jwt: JwtChange) => (await at.call(body(), { jwt })).status;
const address = (service = 'imaging-duplicate-sign') => `${at.api.url}/cds-services/${service}`;
const now = () => Math.floor(Date.now() / 1000);

test('discovery is open, and tells of both services as the definitions have it', async () => {
  const answer = await fetch(`${at.api.url}/cds-services`);
  const text = await answer.text();
  const found = { status: answer.status, text, body: JSON.parse(text), headers: answer.headers };
  const { services } = judged(found).body as { services: readonly { hook: string; id: string }[] };
  expect(services.map(({ hook, id }) => [hook, id])).toEqual([
    ['order-select', 'imaging-duplicate-select'],
    ['order-sign', 'imaging-duplicate-sign'],
  ]);
});

describe('a client is believed', () => {
  test.each(['ES384', 'RS384'] as const)('when it signs with %s', async (alg) =>
    expect(await statusOf({ alg })).toBe(200),
  );
  test('when the service is one of several audiences', async () =>
    expect(await statusOf({ claims: { aud: ['https://else.example', address()] } })).toBe(200));
});

describe('a client is not believed: 401, and no word of a patient', () => {
  const refused: readonly (readonly [string, () => JwtChange])[] = [
    ['signed by somebody else', () => ({ strange: true })],
    ['for another service', () => ({ claims: { aud: address('imaging-duplicate-select') } })],
    [
      'for somebody else’s address',
      () => ({ claims: { aud: 'https://else.example/cds-services/imaging-duplicate-sign' } }),
    ],
    ['for no service', () => ({ claims: { aud: null } })],
    [
      'of an issuer that nobody has registered',
      () => ({ claims: { iss: 'https://evil.example' } }),
    ],
    ['of nobody', () => ({ claims: { iss: null } })],
    [
      'of a machine that is no client of CDS Hooks',
      () => ({ claims: { iss: `${clientOf('HOSP-A')}/feed` } }),
    ],
    ['that has ended', () => ({ claims: { iat: now() - 300, exp: now() - 60 } })],
    ['without end', () => ({ claims: { exp: null } })],
    ['that is good for too long', () => ({ claims: { exp: now() + 3_600 } })],
    ['without the time when it was made', () => ({ claims: { iat: null } })],
    ['made in the future', () => ({ claims: { iat: now() + 60, exp: now() + 120 } })],
    ['that could be used again and again', () => ({ claims: { jti: null } })],
    ['whose nonce is no text', () => ({ claims: { jti: 7 } })],
    ['whose nonce has no end', () => ({ claims: { jti: 'x'.repeat(300) } })],
    ['that names no key', () => ({ header: { kid: undefined as never } })],
    ['that names a key nobody has', () => ({ header: { kid: 'other' } })],
    ['that brings keys along', () => ({ header: { jku: 'https://evil.example/keys' } })],
    ['that is no JWT by its type', () => ({ header: { typ: 'at+jwt' } })],
  ];
  test.each(refused)('%s', async (_, change) => {
    const answer = await at.call(body(), { jwt: change() });
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
    expect(answer.text).not.toContain('N1');
  });
  test('shown a second time', async () => {
    const token = await signJwt(at.signing, { iss: clientOf('HOSP-A'), aud: address() });
    const authorization = `Bearer ${token}`;
    const statuses = [
      await at.call(body(), { authorization }),
      await at.call(body(), { authorization }),
    ];
    expect(statuses.map(({ status }) => status)).toEqual([200, 401]);
  });
  const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = () =>
    encoded({ iss: clientOf('HOSP-A'), aud: address(), iat: now(), exp: now() + 60, jti: 'x' });
  test('that nobody has signed', async () => {
    const token = `${encoded({ alg: 'none', kid: 'ES384', typ: 'JWT' })}.${claims()}.`;
    for (const authorization of [`Bearer ${token}`, `Bearer ${token}AA`])
      expect((await at.call(body(), { authorization })).status).toBe(401);
  });
  test('signed with the public key as if it were a secret', async () => {
    const signed = `${encoded({ alg: 'HS256', kid: 'RS384', typ: 'JWT' })}.${claims()}`;
    for (const secret of [
      JSON.stringify(at.signing.jwks.keys[1]),
      JSON.stringify(at.signing.jwks),
    ]) {
      const signature = createHmac('sha256', secret).update(signed).digest('base64url');
      const authorization = `Bearer ${signed}.${signature}`;
      expect((await at.call(body(), { authorization })).status).toBe(401);
    }
  });
  test.each(['', 'Bearer', 'Bearer a.b.c', 'Basic eDp5', `Bearer ${'a'.repeat(9_000)}.b.c`])(
    'with «%s»',
    async (authorization) => expect((await at.call(body(), { authorization })).status).toBe(401),
  );
  test('with a token of the archive', async () => {
    const authorization = `Bearer ${await at.api.token('physician')}`;
    expect((await at.call(body(), { authorization })).status).toBe(401);
  });
});

describe('a client is refused', () => {
  test('when it was revoked', async () => {
    await at.whileRevoked('urn:arkim:archive', clientOf('HOSP-A'), async () =>
      expect(await statusOf({})).toBe(401),
    );
    expect(await statusOf({})).toBe(200);
  });
  test.each([
    ['its hospital is suspended', `status = 'suspended'`, `status = 'active'`],
    [
      'its hospital’s fallback is open',
      `fallback_until = now() + interval '1 hour'`,
      'fallback_until = null',
    ],
  ])('while %s', async (_, change, back) => {
    const where = ` where hospital = 'HOSP-A'`;
    await at.pool.query(`update hospitals set ${change}${where}`);
    await at.refresh();
    expect(await statusOf({})).toBe(403);
    await at.pool.query(`update hospitals set ${back}${where}`);
    await at.refresh();
    expect(await statusOf({})).toBe(200);
  });
});

test('each hospital’s client speaks for its own people', async () => {
  const answer = await at.call(callOf([orderOf('SCABDO', {}, 'HOSP-C')]), { hospital: 'HOSP-C' });
  expect(answer.status).toBe(200);
  const { rows } = await at.pool.query(
    `select organisation from relationships where organisation = 'HOSP-C'`,
  );
  expect(rows).toHaveLength(1);
});
