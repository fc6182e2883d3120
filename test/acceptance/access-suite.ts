import { generateKeyPair } from 'jose';
import { beforeAll, describe, expect, test } from 'vitest';
import { ctSlice, part10 } from '../support/part10.js';
import type { RunningArchive } from './archive.js';
import { type Caller, callerOf, callerWith, problemOf, storeResult } from './ask.js';
import { readDicom } from './read-dicom.js';
import { sampleNamed } from './samples.js';
import type { Claims } from './sign-token.js';

const file = readDicom(sampleNamed('ct-small/01.dcm').bytes);
const study = `/dicom-web/studies/${file.study}`;
const series = `${study}/series/${file.series}`;
const instance = `${series}/instances/${file.instance}`;
const URI = `/wado?requestType=WADO&studyUID=${file.study}&seriesUID=${file.series}&objectUID=${file.instance}`;

const SEARCHES = [
  '/dicom-web/studies',
  '/dicom-web/series',
  '/dicom-web/instances',
  `${study}/series`,
  `${study}/instances`,
  `${series}/instances`,
];
const RETRIEVALS = [
  study,
  series,
  instance,
  `${study}/metadata`,
  `${series}/metadata`,
  `${instance}/metadata`,
  `${instance}/frames/1`,
  `${instance}/bulkdata/7FE00010`,
  ...[study, series, instance].flatMap((level) => [
    `${level}/rendered`,
    `${level}/thumbnail`,
    `${level}/bulkdata`,
    `${level}/pixeldata`,
  ]),
  `${instance}/frames/1/rendered`,
  `${instance}/frames/1/thumbnail`,
  URI,
];
const UNKNOWN = ['/dicom-web', '/dicom-web/nothing', '/governance/x', '/openapi.json', '/admin'];
const JOB = '/dicom-web/receipts/00000000-0000-4000-8000-000000000000';

/** Rights by role: what each may do in its own hospital, as HTTP answers. 404 says that one may ask: for receipts, and for studies of oneself or, of metadata, for the agency. */
const ROLES = [
  { role: 'modality', store: 200, search: 403, retrieve: [403], receipt: 404 },
  { role: 'radiologist', store: 403, search: 200, retrieve: [200], receipt: 403 },
  { role: 'physician', store: 403, search: 200, retrieve: [200], receipt: 403 },
  { role: 'records-manager', store: 403, search: 200, retrieve: [403], receipt: 404 },
  { role: 'agency', store: 403, search: 200, retrieve: [403, 404], receipt: 403 },
  { role: 'patient', store: 403, search: 200, retrieve: [404], receipt: 403 },
  { role: 'dpo', store: 403, search: 403, retrieve: [403], receipt: 403 },
  { role: 'admin', store: 403, search: 403, retrieve: [403], receipt: 403 },
  { role: 'emperor', store: 403, search: 403, retrieve: [403], receipt: 403 },
];

const statusesOf = async ({ ask }: Caller, paths: readonly string[], method = 'GET') => {
  const statuses = new Set<number>();
  for (const path of paths) {
    const answer = await ask(path, { method });
    await answer.arrayBuffer();
    statuses.add(answer.status);
  }
  return [...statuses];
};

export function accessSuite(archive: () => RunningArchive): void {
  const caller = (claims: Claims) => callerOf(archive(), claims);

  describe('without a token', () => {
    let nobody: Caller;
    beforeAll(() => {
      nobody = callerWith(archive(), '');
    });
    test.each(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS'])(
      '%s is 401 on every path, there or not',
      async (method) =>
        expect(
          await statusesOf(
            nobody,
            [...SEARCHES, ...RETRIEVALS, ...UNKNOWN, JOB, '/metrics'],
            method,
          ),
        ).toEqual([401]),
    );
    test('the answer says how to authenticate', async () => {
      const answer = await nobody.ask(study);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="arkim"');
      expect((await problemOf(answer)).type).toBe('urn:arkim:problem:unauthorized');
    });
    test('health is open, and so is what would be the pages', async () => {
      expect(await statusesOf(nobody, ['/health/live', '/health/ready'])).toEqual([200]);
      expect(await statusesOf(nobody, ['/', '/viewer/'])).not.toContain(401);
    });
    test('a store is refused before its body is read', async () => {
      const answer = await nobody.store([part10(ctSlice(uids('1.2.9.20')))]);
      expect(answer.status).toBe(401);
    });
  });

  describe('a token that nobody should believe is 401', () => {
    const good: Claims = { org: 'HOSP-A', roles: ['radiologist'] };
    test.each<[string, Partial<Claims>]>([
      ['has expired', { expiresInS: -60 }],
      ['is not valid yet', { notBeforeInS: 600 }],
      ['comes from another issuer', { issuer: 'urn:somebody:else' }],
      ['is for another audience', { audience: 'another-archive' }],
    ])('when it %s', async (_why, change) => {
      const { ask } = await caller({ ...good, ...change });
      expect((await ask('/dicom-web/studies')).status).toBe(401);
    });
    test('when somebody else signed it', async () => {
      const { privateKey } = await generateKeyPair('ES256');
      const { ask } = await caller({ ...good, key: privateKey });
      expect((await ask('/dicom-web/studies')).status).toBe(401);
    });
    test('when its claims were changed after it was signed', async () => {
      const [head, , signature] = (await archive().token(good)).split('.');
      const [, claims] = (await archive().token({ ...good, org: 'HOSP-B' })).split('.');
      const { ask } = callerWith(archive(), [head, claims, signature].join('.'));
      expect((await ask('/dicom-web/studies')).status).toBe(401);
    });
    test('when it is signed by nobody', async () => {
      const [, claims] = (await archive().token(good)).split('.');
      const none = Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url');
      const { ask } = callerWith(archive(), `${none}.${claims}.`);
      expect((await ask('/dicom-web/studies')).status).toBe(401);
    });
    test.each(['x', 'a.b.c', `${'x'.repeat(9000)}.y.z`])(
      'when it is no token: %#',
      async (text) => {
        const { ask } = callerWith(archive(), text);
        expect((await ask('/dicom-web/studies')).status).toBe(401);
      },
    );
    test('when it comes under another scheme', async () => {
      const headers = { authorization: `Basic ${await archive().token(good)}` };
      const answer = await fetch(`${archive().origin}/dicom-web/studies`, { headers });
      expect(answer.status).toBe(401);
    });
  });

  describe.each(ROLES)('as $role', ({ role, store, search, retrieve, receipt }) => {
    let own: Caller;
    beforeAll(async () => {
      own = await caller({ org: 'HOSP-A', roles: [role] });
    });
    test(`a search is ${search}`, async () =>
      expect(await statusesOf(own, SEARCHES)).toEqual([search]));
    test(`a retrieval is ${retrieve.join(' or ')}`, async () =>
      expect((await statusesOf(own, RETRIEVALS)).toSorted()).toEqual(retrieve));
    test(`a store is ${store}`, async () => {
      const answer = await own.store([part10(ctSlice(uids('1.2.9.21')))]);
      expect((await storeResult(answer)).status).toBe(store);
    });
    test(`asking for a receipt is ${receipt}`, async () =>
      expect(await statusesOf(own, [JOB])).toEqual([receipt]));
    test('metrics are shown, and name nobody', async () => {
      const answer = await own.ask('/metrics');
      expect(answer.status).toBe(role === 'emperor' ? 403 : 200);
      expect(await answer.text()).not.toContain(file.study);
    });
  });

  test('a token of the command line works, and its roles add up', async () => {
    const command = ['token', '--org', 'HOSP-A', '--role', 'modality,radiologist'];
    const { code, stdout } = await archive().arkim(...command);
    expect(code).toBe(0);
    const { ask, store } = callerWith(archive(), stdout.trim());
    expect((await ask('/dicom-web/studies')).status).toBe(200);
    expect((await store([part10(ctSlice(uids('1.2.9.21')))])).status).toBe(200);
  });

  test('an organisation that is no hospital here is 403', async () => {
    const { ask, store } = await caller({ org: 'HOSP-Z', roles: ['radiologist', 'modality'] });
    expect((await ask('/dicom-web/studies')).status).toBe(403);
    expect((await store([part10(ctSlice(uids('1.2.9.22')))])).status).toBe(403);
  });

  describe('another hospital', () => {
    let other: Caller;
    beforeAll(async () => {
      other = await caller({ org: 'HOSP-B', roles: ['radiologist', 'modality'] });
    });
    test('finds nothing of it', async () => {
      expect(await other.search(`/studies?StudyInstanceUID=${file.study}`)).toEqual([]);
      expect(await other.search(`/series?StudyInstanceUID=${file.study}`)).toEqual([]);
      expect(await other.search(`/studies/${file.study}/instances`)).toEqual([]);
      expect(await other.search(`/studies/${file.study}/series/${file.series}/instances`)).toEqual(
        [],
      );
    });
    test('gets 404 for it, as for what never was', async () => {
      expect(await statusesOf(other, RETRIEVALS)).toEqual([404]);
      const [there, never] = [await other.ask(study), await other.ask('/dicom-web/studies/1.2.3')];
      expect(await there.text()).toBe(await never.text());
    });
  });
}

const uids = (study: string) => ({ study, series: `${study}.1`, instance: `${study}.1.1` });
