import { request as httpRequest } from 'node:http';
import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROLES } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import {
  firstGate,
  isOfArchive,
  isOfNation,
} from '../../apps/archive-api/src/caller/first-gate.js';
import type { GovernanceRoute } from '../../apps/archive-api/src/governance/governance-route.js';
import { governanceRoutes } from '../../apps/archive-api/src/governance/governance-routes.js';
import { subjectWith } from '../../libs/archive/src/access/access.testing.js';
import { type CareApi, careApi, type Person } from './care-api.js';

let care: CareApi;
beforeAll(async () => {
  care = await careApi();
});
afterAll(() => care.close());

/** Pages, versions, periods, hospitals, and the numbers of orders. */
const NAMES_NO_PATIENT = [
  ...['state', 'after', 'before', 'limit', 'version', 'from', 'to', 'hospital'],
  ...['order', 'number', 'accession', 'wait', 'kind'],
];

const ID = '00000000-0000-4000-8000-000000000000';
const addressOf = ({ path }: GovernanceRoute) => path.replace('{id}', ID);
const ask = (who: Person, route: GovernanceRoute, body: unknown = {}) => {
  if (route.method === 'get') return who.get(addressOf(route));
  return route.method === 'delete'
    ? who.delete(addressOf(route))
    : who.post(addressOf(route), body);
};

/** What the controllers have registered under `/governance`, as `method path demand`. */
function registered(): readonly string[] {
  const controllers = [...care.api.app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    const [root = ''] = read('path', metatype as object);
    if (!root.startsWith('governance')) return [];
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const method = RequestMethod[Reflect.getMetadata('method', handler) as number];
      if (method === undefined) return [];
      return read('path', handler).map((path) =>
        line(method, `/${root}/${path}`, Reflect.getMetadata('demand', handler)),
      );
    });
  });
}
const read = (key: string, target: object): readonly string[] =>
  [Reflect.getMetadata(key, target) as string | string[]].flat();
const line = (method: string, path: string, demand: string) =>
  `${method.toLowerCase()} ${path
    .replaceAll(/\/+/g, '/')
    .replace(/\/$/, '')
    .replace(/:(\w+)/g, '{$1}')} ${demand}`;

describe('/openapi.json', () => {
  test('describes every route that is registered, with what it demands, and no other', () =>
    expect(
      governanceRoutes.map(({ method, path, demands }) => line(method, path, demands)).sort(),
    ).toEqual([...registered()].sort()));
  test('is OpenAPI 3.1 by its own schema', async () => {
    const anyone = await care.person({ roles: ['modality'] });
    const { status, json, type } = await anyone.get('/openapi.json');
    expect([status, type]).toEqual([200, 'application/json']);
    const validator = new Validator();
    expect(await validator.validate(json)).toEqual({ valid: true });
    expect(validator.version).toBe('3.1');
    const operations = Object.values(json.paths).flatMap((path) => Object.values(path as object));
    expect(operations).toHaveLength(governanceRoutes.length);
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
  });
  test('is for those who are known', async () => {
    const answer = await fetch(`${care.api.url}/openapi.json`);
    await answer.arrayBuffer();
    expect(answer.status).toBe(401);
  });
  test('puts no patient into an address', () => {
    for (const { path, query } of governanceRoutes) {
      expect(path.replace('{id}', '')).not.toMatch(/\{/);
      expect(
        Object.keys(query?.shape ?? {}).filter((name) => !NAMES_NO_PATIENT.includes(name)),
      ).toEqual([]);
    }
  });
});

describe.each(governanceRoutes.map((route) => [route.operation, route] as const))(
  '%s',
  (_name, route) => {
    test('is 403 for whom the policy doesn’t let, and for nobody else', async () => {
      for (const organisation of ['HOSP-A', AGENCY])
        for (const role of ROLES) {
          const claims = { organisation, roles: [role], mfa: true };
          const patient = role === 'patient' ? { patient: 'NAT:1' } : {};
          const { outcome } = firstGate(subjectWith({ ...claims, purpose: null }), route.demands);
          const { status } = await ask(await care.person({ ...claims, ...patient }), route, '[]');
          const isKnown =
            organisation !== AGENCY || isOfNation(route.demands) || isOfArchive(route.demands);
          const isPermitted = outcome === 'permit' && isKnown;
          if (!isPermitted) expect([role, organisation, status]).toEqual([role, organisation, 403]);
          else if (route.body !== undefined)
            expect([role, organisation, status]).toEqual([role, organisation, 400]);
          else expect(status).toBeLessThan(500);
        }
    });
  },
);

describe('a hostile body', () => {
  const bodies: readonly (readonly [name: string, body: string])[] = [
    ['nothing', ''],
    ['no JSON', '{"patient":'],
    ['a string', '"x"'],
    ['null', 'null'],
    ['a list', '[{}]'],
    ['a list in lists', `${'['.repeat(8_000)}${']'.repeat(8_000)}`],
    ['another prototype', '{"__proto__":{"patient":{"authority":"NAT","value":"1"}}}'],
    ['a key twice, of the wrong type', '{"patient":1,"patient":[]}'],
    ['numbers that are none', '{"days":1e999}'],
    ['NUL', '{"patient":{"authority":"NAT\\u0000","value":"\\u0000"}}'],
    ['half a surrogate', '{"patient":{"authority":"\\ud800","value":""},"level":"N"}'],
    ['much text', JSON.stringify({ reason: { code: 'other', text: 'x'.repeat(9_000) } })],
  ];
  const taking = governanceRoutes.filter(({ body }) => body !== undefined);
  const ofOfficers = ['review-access', 'flag-patient', 'read-duplicate-objects', 'keep-retention'];
  const someone = ({ demands }: GovernanceRoute) => {
    if (demands === 'keep-consent' || demands === 'keep-webhooks') return care.agency();
    if (demands === 'keep-identity')
      return care.person({ organisation: 'HOSP-A', roles: ['records-manager'] });
    if (isOfArchive(demands))
      return care.person({ organisation: AGENCY, roles: ['admin'], mfa: true });
    return ofOfficers.includes(demands) ? care.dpo('HOSP-A') : care.doctor('HOSP-A');
  };

  test.each(bodies)('of %s is 400, and is not told again', async (_name, body) => {
    for (const route of taking) {
      const { status, json, type } = await ask(await someone(route), route, body);
      expect([route.operation, status, type]).toEqual([
        route.operation,
        400,
        'application/problem+json',
      ]);
      expect(JSON.stringify(json)).not.toMatch(/NAT|xxx/);
    }
  });
  test('above 16 KiB is 413, told or not how long it is', async () => {
    const doctor = await care.doctor('HOSP-A');
    const long = JSON.stringify({ patient: 'x'.repeat(20_000) });
    expect((await doctor.post('/governance/break-glass', long)).status).toBe(413);
    expect(await chunked('/governance/break-glass', long)).toBe(413);
  });
  test.each(['text/plain', 'application/x-www-form-urlencoded', '', 'application/dicom+json'])(
    'as %j is 415',
    async (type) => {
      const doctor = await care.doctor('HOSP-A');
      const headers = { 'content-type': type };
      expect((await doctor.post('/governance/break-glass', '{}', headers)).status).toBe(415);
      const coded = { 'content-encoding': 'gzip' };
      expect((await doctor.post('/governance/break-glass', '{}', coded)).status).toBe(415);
    },
  );
  test('that is not UTF-8 is 400', async () => {
    const doctor = await care.api.token('physician');
    const answer = await fetch(`${care.api.url}/governance/relationships`, {
      method: 'POST',
      headers: { authorization: `Bearer ${doctor}`, 'content-type': 'application/json' },
      body: Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]),
    });
    expect(answer.status).toBe(400);
    await answer.arrayBuffer();
  });
});

describe('a hostile address', () => {
  test.each(['%00', 'x', '..%2f..', "'%20or%201=1", 'x'.repeat(300), '0'.repeat(31)])(
    '%s is 404 where an id is meant',
    async (id) => {
      const dpo = await care.dpo('HOSP-A');
      expect((await dpo.get(`/governance/break-glass/${id}`)).status).toBe(404);
      const agency = await care.agency();
      expect((await agency.delete(`/governance/grants/${id}`)).status).toBe(404);
    },
  );
  test.each([
    'state=all',
    'limit=0',
    'limit=1000',
    'limit=x',
    'after=%00',
    'state=open&state=open',
    'more=1',
  ])('%s is 400 where a page is asked for', async (query) => {
    const dpo = await care.dpo('HOSP-A');
    for (const path of ['break-glass', 'relationship-reviews', 'notices'])
      expect((await dpo.get(`/governance/${path}?${query}`)).status).toBe(400);
  });
  test('what is not there is 404, and 401 without a token', async () => {
    const dpo = await care.dpo('HOSP-A');
    expect((await dpo.get('/governance/nothing')).status).toBe(404);
    const answer = await fetch(`${care.api.url}/governance/break-glass`);
    await answer.arrayBuffer();
    expect(answer.status).toBe(401);
  });
});

/** Posts without saying how long the body is. */
async function chunked(path: string, body: string): Promise<number | undefined> {
  const token = await care.api.sign({ roles: ['physician'], mfa: true });
  const { hostname, port } = new URL(care.api.url);
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const sent = httpRequest({ hostname, port, path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sent.on('error', reject);
    sent.write(body.slice(0, 10_000));
    sent.end(body.slice(10_000));
  });
}
