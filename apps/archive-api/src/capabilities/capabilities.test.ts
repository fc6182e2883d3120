import { RequestMethod } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { subjectWith } from '#archive/access/access.testing';
import { type TestDatabase, testDatabase } from '../../../../test/support/postgres.js';
import { onboard, type TestApi, testApi } from '../archive-api.testing.js';
import { firstGate } from '../caller/first-gate.js';
import { exchange, head } from '../raw-request.testing.js';
import type { RouteRow } from './route-row.js';
import { routeTable } from './route-table.js';
import type { WadlElement } from './wadl.js';

let database: TestDatabase;
let api: TestApi;

beforeAll(async () => {
  database = await testDatabase();
  await onboard(database.pool, 'HOSP-A');
  api = await testApi(database.pool);
});
afterAll(async () => {
  await api.close();
  await database.close();
});

const ask = async (
  method: string,
  path: string,
  headers: Record<string, string> = {},
  role = 'dpo',
) => {
  const answer = await fetch(api.url + path, {
    method,
    headers: { authorization: `Bearer ${await api.token(role)}`, ...headers },
  });
  return { status: answer.status, headers: answer.headers, text: await answer.text() };
};

/** What the controllers have registered, as `METHOD path demand`; every template is written `{}`. */
function registered(): readonly string[] {
  const controllers = [...api.app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ]);
  return controllers.flatMap(({ metatype }) => {
    const prototype = (metatype as { prototype: Record<string, object> }).prototype;
    const roots = read('path', metatype as object);
    return Object.getOwnPropertyNames(prototype).flatMap((name) => {
      const handler = prototype[name] as object;
      const method = RequestMethod[Reflect.getMetadata('method', handler) as number];
      if (method === undefined || method === 'OPTIONS') return [];
      const demand = Reflect.getMetadata('demand', handler) as string;
      return roots.flatMap((root) =>
        read('path', handler).map((path) => line(method, `/${root}/${path}`, demand)),
      );
    });
  });
}

const read = (key: string, target: object): readonly string[] =>
  [Reflect.getMetadata(key, target) as string | string[]].flat();

const line = (method: string, path: string, demand: string) => {
  const segments = path.split('/').filter((segment) => segment !== '');
  return `${method} /${segments.map((segment) => segment.replace(/^(:.*|\*|\{.*\})$/, '{}')).join('/')} ${demand}`;
};
const lineOf = ({ method, path, demands }: RouteRow) =>
  line(method, path, demands === 'nothing' ? 'open' : demands);

/** Described by OpenAPI, not here. */
const isOfGovernance = (route: string) => /^\w+ \/(governance|openapi)/.test(route);

test('the table has every route that is registered, with what it demands, and no other', () =>
  expect(routeTable.map(lineOf).toSorted()).toEqual(
    registered()
      .filter((route) => !isOfGovernance(route))
      .toSorted(),
  ));
test('each transaction has an id of its own', () =>
  expect(new Set(routeTable.map(({ id }) => id)).size).toBe(routeTable.length));
test('a role may do what the table says it may, and nothing else', async () => {
  for (const { method, path, demands } of routeTable) {
    if (demands === 'nothing' || demands === 'token' || demands === 'cds-client') continue;
    for (const role of ['modality', 'radiologist', 'records-manager', 'patient'] as const) {
      const { outcome } = firstGate(subjectWith({ roles: [role] }), demands);
      const { status } = await ask(method, path.replace(/\{\w+\}/g, '1.2'), {}, role);
      expect([path, role, status === 403 ? 'deny' : 'permit']).toEqual([path, role, outcome]);
    }
  }
});

const JSON_TYPE = { accept: 'application/json' };
const describeJson = async (path: string) =>
  JSON.parse((await ask('OPTIONS', path, JSON_TYPE)).text) as Described;
type Listed = Readonly<{
  '@path': string;
  resource?: readonly Listed[];
  method?: readonly { '@name': string; '@id': string }[];
}>;
type Described = Readonly<{
  application: { resources: { '@base': string; resource: readonly Listed[] } };
}>;

const flattened = (resources: readonly Listed[], above = ''): readonly string[] =>
  resources.flatMap(({ '@path': path, resource = [], method = [] }) => [
    ...method.map((each) => `${each['@name']} ${above}/${path}`),
    ...flattened(resource, `${above}/${path}`),
  ]);

describe('the Capabilities Description', () => {
  test('of the service has every resource below the DICOMweb root (PS3.18 Annex H)', async () => {
    const { resources } = (await describeJson('/dicom-web/')).application;
    expect(resources['@base']).toBe(`${api.url}/dicom-web`);
    const rows = routeTable.filter(({ path }) => path.startsWith('/dicom-web'));
    expect(flattened(resources.resource, '/dicom-web').toSorted()).toEqual(
      rows.map(({ method, path }) => `${method} ${path}`).toSorted(),
    );
  });
  test.each(['/', '*'])('of %s has all of the server', async (path) => {
    const answer = await rawOptions(path);
    expect(answer).toContain('HTTP/1.1 200 OK');
    for (const each of ['"wado"', '"dicom-web"', '"metrics"']) expect(answer).toContain(each);
  });
  test('of one resource has it and what lies below', async () => {
    const { resources } = (await describeJson('/dicom-web/studies/1.2/series/')).application;
    expect(resources.resource.map((resource) => resource['@path'])).toEqual([
      'studies/{study}/series',
    ]);
    const ids = flattened(resources.resource);
    expect(ids).toContain('GET /studies/{study}/series/{series}/metadata');
    expect(ids).not.toContain('GET /studies/{study}/metadata');
  });
  test('is WADL unless JSON is asked for, with the same content in both', async () => {
    const xml = await ask('OPTIONS', '/dicom-web');
    expect(xml.headers.get('content-type')).toBe('application/vnd.sun.wadl+xml');
    expect(shapeOfXml(xml.text)).toEqual(
      shapeOfJson((await describeJson('/dicom-web')) as unknown as WadlElement),
    );
    const other = await ask('OPTIONS', '/dicom-web', { accept: 'application/dicom+json' });
    expect(other.headers.get('content-type')).toBe('application/dicom+json');
    expect((await ask('OPTIONS', '/dicom-web', { accept: 'text/html' })).status).toBe(406);
  });
  test('has an entity tag, and Allow for the resource', async () => {
    const first = await ask('OPTIONS', '/dicom-web/studies');
    expect(first.headers.get('allow')).toBe('POST, GET, HEAD, OPTIONS');
    const tag = first.headers.get('etag')!;
    expect((await ask('OPTIONS', '/dicom-web/studies', { 'if-none-match': tag })).status).toBe(304);
  });
  test('of nothing is 404, and of anything 401 without a token', async () => {
    expect((await ask('OPTIONS', '/dicom-web/nothing')).status).toBe(404);
    expect((await fetch(`${api.url}/dicom-web`, { method: 'OPTIONS' })).status).toBe(401);
  });
});

describe('a method that a resource does not know', () => {
  test.each([
    ['DELETE', '/dicom-web/studies', 'POST, GET, HEAD, OPTIONS'],
    ['PUT', '/dicom-web/studies/1.2/series/1.3/metadata', 'GET, HEAD, OPTIONS'],
    ['POST', '/dicom-web/studies/1.2/series', 'GET, HEAD, OPTIONS'],
    ['PATCH', '/wado', 'GET, HEAD, OPTIONS'],
    ['PROPFIND', '/metrics', 'GET, HEAD, OPTIONS'],
  ])('%s %s is 405, with those it knows', async (method, path, allow) => {
    const answer = await ask(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
    expect(answer.text).toContain('urn:arkim:problem:method-not-allowed');
  });
  test.each([
    '/dicom-web',
    '/dicom-web/nothing',
    '/dicom-web//studies',
    '/dicom-web/studies//series',
    '/dicom-web/studies/1.2/nothing',
    '/dicom-web/studies/1.2/series/1.3/instances/1.4/frames',
  ])('on %s, which is no resource, is 404', async (path) =>
    expect((await ask('DELETE', path)).status).toBe(404),
  );
});

const rawOptions = async (path: string) =>
  exchange(
    api,
    head(
      `OPTIONS ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      'Accept: application/json',
      `Authorization: Bearer ${await api.token('dpo')}`,
    ),
  );

/** Every element with its attributes, in document order. */
function shapeOfXml(text: string): readonly string[] {
  const shape: string[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('opentag', ({ name, attributes }) =>
    shape.push(`${name} ${JSON.stringify(attributes)}`),
  );
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return shape;
}

const shapeOfJson = (element: WadlElement): readonly string[] =>
  Object.entries(element).flatMap(([name, value]) => {
    if (typeof value === 'string') return [];
    const children = (Array.isArray(value) ? value : [value]) as readonly WadlElement[];
    return children.flatMap((child) => {
      const attributes = Object.entries(child).filter(([key]) => key.startsWith('@'));
      const named = Object.fromEntries(attributes.map(([key, text]) => [key.slice(1), text]));
      return [`${name} ${JSON.stringify(named)}`, ...shapeOfJson(child)];
    });
  });
