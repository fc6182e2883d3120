import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actorNamed, type Who } from './access-archive.js';
import {
  type AttackedArchive,
  addressOf,
  attackedArchive,
  fileOf,
  seen,
  uidsOf,
} from './attacked-archive.js';

const A: Who = { organisation: 'HOSP-A', roles: ['radiologist', 'modality'] };
const B: Who = { organisation: 'HOSP-B', roles: ['radiologist', 'modality'] };
const OWN = uidsOf('1.2.10001');
const OTHERS = uidsOf('1.2.10002');
const NOBODYS = uidsOf('1.2.10003');
const SECRET = 'Secret^Patient';
const SECRET_ID = 'B-4711';

let archive: AttackedArchive;
beforeAll(async () => {
  archive = await attackedArchive();
  await archive.store(A, [fileOf(OWN)]);
  const named = { '00100010': ['PN', SECRET], '00100020': ['LO', SECRET_ID] } as const;
  await archive.store(B, [fileOf(OTHERS, { ...named, '00080050': ['SH', 'B-ACC'] })]);
});
afterAll(() => archive.close());

const get = (path: string, headers: Record<string, string> = {}, who = A) =>
  archive.ask(path, who, { headers });

describe('a path that mixes UIDs of two hospitals', () => {
  const forged = [
    ['a series of another in an own study', { ...OTHERS, study: OWN.study }],
    ['an instance of another in an own series', { ...OWN, instance: OTHERS.instance }],
    ['an own series in a study of another', { ...OWN, study: OTHERS.study }],
    ['an own instance in a series of another', { ...OTHERS, instance: OWN.instance }],
  ] as const;
  const resources = ['', '/metadata', '/frames/1', '/rendered', '/thumbnail', '/bulkdata'];
  /** The same path with UIDs that nobody has in place of the other hospital's. */
  const ofNobody = (path: string) =>
    path
      .split('/')
      .map((part) => {
        const at = Object.values(OTHERS).indexOf(part);
        return at < 0 ? part : (Object.values(NOBODYS)[at] ?? part);
      })
      .join('/');

  test.each(forged)('%s is as what nobody has', async (_name, uids) => {
    for (const resource of [...resources, '/pixeldata', '/bulkdata/7FE00010']) {
      const path = addressOf(uids) + resource;
      const never = await get(ofNobody(path));
      expect(never.status).toBe(404);
      expect(seen(await get(path))).toBe(seen(never));
    }
  });
  test('is no way in under the address of a claim either', async () => {
    const never = seen(await get(addressOf(NOBODYS)));
    for (const hospital of ['HOSP-A', 'HOSP-B'])
      for (const [, uids] of forged) {
        const claim = archive.claimOf(hospital, uids.study);
        const path = addressOf(uids).replace('/dicom-web', `/dicom-web/claims/${claim}`);
        expect(seen(await get(path))).toBe(never);
      }
  });
  test('in the URI service is as what nobody has', async () => {
    const uri = ({ study, series, instance }: typeof OWN) =>
      `/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${instance}`;
    const never = seen(await get(uri(NOBODYS)));
    for (const [, uids] of [...forged, ['', OTHERS] as const])
      expect(seen(await get(uri(uids)))).toBe(never);
    expect((await get(uri(OWN))).status).toBe(200);
  });
});

describe('what the custodian of a study was given', () => {
  test.each(['', '/metadata', '/frames/1', '/rendered', '/bulkdata/7FE00010'])(
    'as the entity tag of «%s» opens nothing for another',
    async (resource) => {
      const { status, headers } = await get(addressOf(OTHERS) + resource, {}, B);
      expect(status).toBe(200);
      const tag = headers['etag'] ?? '';
      expect(tag).not.toBe('');
      for (const tagged of [{ 'if-none-match': tag }, { 'if-match': tag }, { 'if-range': tag }]) {
        const asked = { ...tagged, range: 'bytes=0-0' };
        const never = seen(await get(addressOf(NOBODYS) + resource, asked));
        expect(seen(await get(addressOf(OTHERS) + resource, asked))).toBe(never);
      }
    },
  );
  test('as its RetrieveURL and Content-Location opens nothing for another', async () => {
    const found = await archive.search(B, `/studies?StudyInstanceUID=${OTHERS.study}`);
    const retrieveUrl = new URL(String(found[0]?.['00081190']?.Value?.[0]));
    const { headers } = await get(`${addressOf(OTHERS)}/metadata`, {}, B);
    const location = new URL(String(headers['content-location']));
    for (const { pathname } of [retrieveUrl, location])
      expect((await get(pathname)).status).toBe(404);
  });
});

describe('a search by another hospital', () => {
  const STUDY_QUERIES = [
    `StudyInstanceUID=${OTHERS.study}`,
    `PatientID=${SECRET_ID}`,
    `PatientName=${encodeURIComponent('Secret*')}`,
    'PatientName=secret&fuzzymatching=true',
    'AccessionNumber=B-ACC',
    'StudyDate=20260102&PatientID=B-*',
    'offset=1',
  ];
  test.each(STUDY_QUERIES)('finds nothing by %s', async (query) => {
    for (const level of ['studies', 'series', 'instances'])
      expect([level, await archive.search(A, `/${level}?${query}`)]).toEqual([level, []]);
  });
  test.each([
    `/studies/${OTHERS.study}/series`,
    `/studies/${OTHERS.study}/instances`,
    `/studies/${OTHERS.study}/series/${OTHERS.series}/instances`,
    `/studies/${OWN.study}/series/${OTHERS.series}/instances`,
    `/series?SeriesInstanceUID=${OTHERS.series}`,
    `/instances?SOPInstanceUID=${OTHERS.instance}`,
  ])('finds nothing at %s, as of what nobody has', async (path) => {
    const ofNobody = path
      .replaceAll(OTHERS.instance, NOBODYS.instance)
      .replaceAll(OTHERS.series, NOBODYS.series)
      .replaceAll(OTHERS.study, NOBODYS.study);
    const names = Object.values({ ...OTHERS, nobodys: NOBODYS.study });
    const never = seen(await get(`/dicom-web${ofNobody}`), ...names);
    expect(seen(await get(`/dicom-web${path}`), ...names)).toBe(never);
  });
  test('is told of no more than its own: neither in rows, fields, counts nor pages', async () => {
    for (const query of ['', '&limit=1', '&includefield=all', '&includefield=00100010']) {
      const { body, headers } = await get(`/dicom-web/studies?StudyDate=20260102${query}`);
      const found = JSON.parse(body.toString()) as readonly Record<string, unknown>[];
      expect(found.map((row) => row['0020000D'])).toEqual([{ vr: 'UI', Value: [OWN.study] }]);
      const text = body.toString() + JSON.stringify(headers);
      for (const secret of ['Secret', SECRET_ID, OTHERS.study]) expect(text).not.toContain(secret);
      expect(headers).not.toHaveProperty('warning');
      expect(headers).not.toHaveProperty('link');
    }
  });
});

describe('storing what another hospital has', () => {
  test('makes an own claim, and the answer is that of a study nobody has', async () => {
    const [taken, fresh] = [uidsOf('1.2.20001'), uidsOf('1.2.20002')];
    await archive.store(B, [fileOf(taken, { '00081030': ['LO', 'of B'] })], taken.study);
    const own = { '00081030': ['LO', 'of A'] } as const;
    const names = [taken, fresh].flatMap((uids) => Object.values(uids).toReversed());
    const never = await archive.store(A, [fileOf(fresh, own)], fresh.study);
    const again = await archive.store(A, [fileOf(taken, own)], taken.study);
    expect([never.status, again.status]).toEqual([200, 200]);
    expect(seen(again, ...names)).toBe(seen(never, ...names));
    for (const [who, description] of [
      [A, 'of A'],
      [B, 'of B'],
    ] as const) {
      const { body } = await get(`${addressOf(taken)}/metadata`, {}, who);
      expect(JSON.parse(body.toString())[0]['00081030'].Value).toEqual([description]);
    }
  });
  test('under an own study says nothing of who has the instance', async () => {
    const mine = uidsOf('1.2.20003');
    const files = [OTHERS.instance, '1.2.20003.1.9'].map((instance) =>
      fileOf({ ...mine, instance }),
    );
    const answers = await Promise.all(files.map((file) => archive.store(A, [file])));
    const names = [OTHERS.instance, '1.2.20003.1.9'];
    expect(seen(answers[0]!, ...names)).toBe(seen(answers[1]!, ...names));
    expect((await get(addressOf({ ...mine, instance: OTHERS.instance }))).status).toBe(200);
    const { body } = await get(`${addressOf(OTHERS)}/metadata`, {}, B);
    expect(body.toString()).toContain(SECRET);
  });
  test('is kept from those who may not store for the hospital of their token', async () => {
    const reader = { ...A, roles: ['radiologist'] };
    const { status } = await archive.store(reader, [fileOf(uidsOf('1.2.20004'))]);
    expect(status).toBe(403);
  });
});

describe('what another hospital asked', () => {
  test('a receipt is as one that never was', async () => {
    const headers = { prefer: 'respond-async' };
    const { status, headers: told } = await archive.store(B, [fileOf(OTHERS)], '', headers);
    expect(status).toBe(202);
    const { pathname } = new URL(String(told['location'] ?? told['content-location']));
    expect((await get(pathname, {}, B)).status).toBeLessThan(300);
    const never = seen(await get(`/dicom-web/receipts/${randomUUID()}`));
    expect(seen(await get(pathname))).toBe(never);
  });
  test('a commitment is as one that never was, and its name is free for others', async () => {
    const transaction = '/dicom-web/commitment-requests/1.2.30001';
    const kept = uidsOf('1.2.30003');
    await archive.store(B, [fileOf(kept)]);
    const body = JSON.stringify({
      '00081199': {
        vr: 'SQ',
        Value: [
          {
            '00081150': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
            '00081155': { vr: 'UI', Value: [kept.instance] },
          },
        ],
      },
    });
    const json = 'application/dicom+json';
    const post = (who: Who) =>
      archive.ask(transaction, who, {
        method: 'POST',
        headers: { 'content-type': json, accept: json },
        body,
      });
    expect((await post(B)).body.toString()).toContain('00081199');
    const accept = { accept: json };
    const never = seen(await get('/dicom-web/commitment-requests/1.2.30002', accept));
    expect(seen(await get(transaction, accept))).toBe(never);
    const own = await post({ ...A, roles: ['modality'] });
    expect(own.status).toBe(200);
    expect(own.body.toString()).not.toContain('00081199');
  });
});

describe('within the time for which a look is trusted', () => {
  const frame = `${addressOf(OWN)}/frames/1`;
  const told = async (who: Who, path = frame): Promise<number> =>
    (await archive.ask(path, who)).status;
  /** What governance writes is seen by every edge; here without its wait. */
  const changed = async (sql: string, values: readonly unknown[] = []): Promise<void> => {
    await archive.pool.query(sql, [...values]);
    await archive.pool.query('update registry_state set version = version + 1');
    await archive.api.ports.registry.look();
  };

  test('a token that is revoked opens nothing any more, though its last look is still trusted', async () => {
    const leaver = { ...A, subject: 'leaver', issuedAtS: Math.floor(Date.now() / 1000) - 60 };
    const stayer = { ...leaver, subject: 'stayer' };
    expect([await told(leaver), await told(stayer)]).toEqual([200, 200]);
    await changed(
      `insert into revocations (id, issuer, actor, before, revoked_at) values ('leaves', 'urn:arkim:demo-issuer', $1, now(), now())`,
      [actorNamed('leaver')],
    );
    expect([await told(leaver), await told(stayer)]).toEqual([401, 200]);
  });
  test('a hospital that is suspended opens nothing any more, and others go on', async () => {
    expect([await told(A), await told(B, addressOf(OTHERS))]).toEqual([200, 200]);
    await changed(`update hospitals set status = 'suspended' where hospital = 'HOSP-B'`);
    expect([await told(A), await told(B, addressOf(OTHERS))]).toEqual([200, 403]);
    await changed(`update hospitals set status = 'active' where hospital = 'HOSP-B'`);
    expect(await told(B, addressOf(OTHERS))).toBe(200);
  });
  test('a role that was taken away counts at once', async () => {
    expect(await told({ ...A, subject: 'both' })).toBe(200);
    expect(await told({ ...A, subject: 'both', roles: ['dpo'] })).toBe(403);
  });
  test('whom a patient keeps out is out as soon as the look is over, and nobody else is', async () => {
    const { rows } = await archive.pool.query('select person from study_access where claim = $1', [
      archive.claimOf('HOSP-A', OWN.study),
    ]);
    const kept = { ...A, subject: 'kept out' };
    expect(await told(kept)).toBe(200);
    await archive.pool.query(
      `insert into exclusions (id, patient, person, actor, valid_from) values ('one', $1, $1, $2, now())`,
      [rows[0].person, actorNamed('kept out')],
    );
    archive.later();
    expect([await told(kept), await told(A)]).toEqual([404, 200]);
  });
});

test('no refusal names what was asked for', async () => {
  for (const path of [addressOf(OTHERS), addressOf(OWN), '/dicom-web/studies/1.2.x'])
    for (const resource of ['/frames/99', '/frames/x', '/bulkdata/00990099', '/nothing', ''])
      for (const accept of ['*/*', 'text/x-nothing']) {
        const { status, headers, body } = await get(path + resource, { accept });
        if (status < 400) continue;
        const told = JSON.stringify(headers) + body.toString();
        for (const name of ['1.2.1000', 'HOSP', SECRET]) expect(told).not.toContain(name);
      }
});
