import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Json } from '../identity/fhir-archive.js';
import {
  AGENCY,
  byIdentifier,
  doctorOf,
  type Exam,
  entriesOf,
  type ImagingArchive,
  imagingArchive,
  linkOf,
  type Named,
  studiesIn,
  uidOf,
} from './imaging-archive.js';

const DAYS = ['20251231', '20260101', '20260115', '20260201', '20260202'];
/* A point stands in no cursor. */
const PERSON: Named = ['HOSP-A', 'P.7'];
const EXAMS: readonly Exam[] = DAYS.map((day, at) => ({
  study: 200 + at,
  hospital: 'HOSP-A',
  patient: 'P.7',
  change: {
    '00080020': ['DA', day],
    '00080030': ['TM', '101112'],
    '00080050': ['SH', `ACC${at}`],
    '00080060': ['CS', at < 2 ? 'MR' : 'CT'],
    ...(at === 4 && { '00080201': ['SH', '+0100'] }),
  },
}));
const [MR_1, MR_2, CT_1, CT_2, ZONED] = EXAMS.map(({ study }) => uidOf(study));
const DOCTOR = doctorOf('HOSP-A');

let archive: ImagingArchive;
beforeAll(async () => {
  archive = await imagingArchive();
  await archive.store(...EXAMS, {
    study: 300,
    hospital: 'HOSP-B',
    patient: 'P8',
    change: { '00080050': ['SH', 'ACC1'] },
  });
});
afterAll(() => archive.close());

const searched = (query: string, init: RequestInit = {}, who = DOCTOR) =>
  archive.ask(`ImagingStudy?${query}`, who, init);
const found = async (query: string) => studiesIn(await searched(query));
const ALL = [ZONED, CT_2, CT_1, MR_2, MR_1];

describe('what is sought', () => {
  test.each([
    ['', ALL],
    ['modality=MR', [MR_2, MR_1]],
    ['modality=http://dicom.nema.org/resources/ontology/DCM|MR,US', [MR_2, MR_1]],
    ['modality=http://loinc.org|MR', []],
    ['modality=MR&modality=CT', []],
    ['identifier=urn:dicom:uid|urn:oid:1.2.826.202', [CT_1]],
    ['identifier=urn:oid:1.2.826.202,urn:oid:1.2.826.203', [CT_2, CT_1]],
    ['identifier=ACC1', [MR_2]],
    ['identifier=urn:arkim:accession:HOSP-A|ACC1', [MR_2]],
    ['identifier=urn:arkim:accession:HOSP-B|ACC1', []],
    ['identifier=http://elsewhere|ACC1', []],
    ['basedon:identifier=|ACC2', [CT_1]],
    ['series=urn:oid:1.2.826.203.1', [CT_2]],
    ['status=available', ALL],
    ['status=cancelled', []],
    ['patient.identifier=P.7', ALL],
    ['patient.identifier=P8', []],
    ['patient=nobody', []],
    ['subject:Patient.identifier=P.7&modality=MR', [MR_2, MR_1]],
  ])('%s', async (query, expected) => {
    const answer = await searched(query);
    expect([answer.status, studiesIn(answer)]).toEqual([200, expected]);
    expect(answer.body['total']).toBe(expected.length);
  });

  test('by the ids of what was found', async () => {
    const [first, second] = EXAMS.map((exam) => archive.claimOf(exam));
    expect(await found(`_id=${second},${first}`)).toEqual([MR_2, MR_1]);
    expect(await found(`_id=${first}&modality=CT`)).toEqual([]);
  });
});

describe('bodysite', () => {
  const [CHEST, HEART, ODD] = [210, 211, 212].map(uidOf);
  beforeAll(async () => {
    await archive.store(
      { study: 210, hospital: 'HOSP-C', patient: 'P.9', change: { '00180015': ['CS', 'CHEST'] } },
      { study: 211, hospital: 'HOSP-C', patient: 'P.9', change: lookedAt('') },
      { study: 212, hospital: 'HOSP-C', patient: 'P.9', change: lookedAt('ODD PLACE') },
    );
    await archive.pool.query(
      `update study_exams set regions = '{heart}', coarse = '{80891009}' where claim = $1`,
      [archive.claimOf({ hospital: 'HOSP-C', study: 211 })],
    );
  });
  const lookedAt = (part: string) =>
    ({ '00180015': ['CS', part], '00081030': ['LO', 'x'] }) as const;
  test.each([
    ['http://snomed.info/sct|67734004', [CHEST]],
    ['http://snomed.info/sct|80891009', [HEART]],
    ['http://snomed.info/sct|51185008', [CHEST, HEART]],
    ['chest', [CHEST, HEART]],
    ['THORAX', [CHEST, HEART]],
    ['urn:arkim:region|heart', [HEART]],
    ['ODD PLACE', [ODD]],
    ['http://snomed.info/sct|774007', []],
    ['http://snomed.info/sct|1', []],
    ['http://elsewhere|chest', []],
    ['ODD PLACE,chest', [CHEST, HEART, ODD]],
  ])('%s', async (site, expected) => {
    const query = `bodysite=${encodeURIComponent(site)}`;
    const answer = await searched(query, {}, doctorOf('HOSP-C'));
    expect([...studiesIn(answer)].sort()).toEqual(expected);
    expect(answer.body['total']).toBe(expected.length);
  });
  test('twice is both', async () => {
    const both = 'bodysite=chest&bodysite=urn:arkim:region|heart';
    expect(studiesIn(await searched(both, {}, doctorOf('HOSP-C')))).toEqual([HEART]);
  });
  test('is what the resource says', async () => {
    const { body } = await searched('bodysite=THORAX&_sort=started', {}, doctorOf('HOSP-C'));
    const sites = entriesOf({ body }, 'match').map(({ id, extension, series }) => [
      id,
      (extension as readonly { valueCoding: { code: string } }[]).map(
        ({ valueCoding }) => valueCoding.code,
      ),
      (series as readonly { bodySite: { code: string } }[]).map(({ bodySite }) => bodySite.code),
    ]);
    expect(sites).toContainEqual([
      archive.claimOf({ hospital: 'HOSP-C', study: 210 }),
      ['51185008', '67734004'],
      ['51185008'],
    ]);
  });
});

describe('started', () => {
  test.each([
    ['2026', [ZONED, CT_2, CT_1, MR_2]],
    ['eq2026-01', [CT_1, MR_2]],
    ['2026-02-01', [CT_2]],
    ['ge2026-02-01', [ZONED, CT_2]],
    ['gt2026-02-01', [ZONED]],
    ['sa2026-01', [ZONED, CT_2]],
    ['le2026-01-01', [MR_2, MR_1]],
    ['lt2026-01-01', [MR_1]],
    ['eb2026', [MR_1]],
    ['ap2026-01-10', [CT_1]],
    ['ne2026-01', [ZONED, CT_2, MR_1]],
    ['ne2026-02-01&started=ge2026-01-02', [ZONED, CT_1]],
    ['ge2026-02-02T10:11:12%2B01:00', [ZONED]],
    ['ge2026-02-02T09:11:13Z', []],
    ['lt2026-02-02T09:11:12Z', [CT_2, CT_1, MR_2, MR_1]],
  ])('%s', async (value, expected) => expect(await found(`started=${value}`)).toEqual(expected));
  test('a study without a date is none of another day', async () => {
    const dated = await found('started=ge1000');
    expect(await found('started=ne1000')).toEqual(dated);
  });
  test('twice is a range', async () => {
    expect(await found('started=ge2026-01-01&started=lt2026-02')).toEqual([CT_1, MR_2]);
    expect(await found('started=ge2026-02&started=lt2026-01')).toEqual([]);
  });
  test.each(
    [
      '',
      'x',
      '2026-13',
      '2026-02-30',
      'ne2026-01-01T10:00Z',
      'nege2026',
      '2026-01-01T25:00Z',
      '0000',
    ].slice(1),
  )('%s is refused', async (value) =>
    expect((await searched(`started=${value}`)).status).toBe(400),
  );
});

describe('the page', () => {
  test('goes on where it ended, by an address that names nobody', async () => {
    const pages: string[][] = [];
    let address: string | undefined = `ImagingStudy?${byIdentifier(PERSON)}&_count=2`;
    while (address !== undefined) {
      const answer = await archive.ask(address, DOCTOR);
      expect(answer.body['total']).toBe(5);
      pages.push([...studiesIn(answer)]);
      address = linkOf(answer, 'next');
      expect(address ?? '').not.toContain('P.7');
    }
    expect(pages).toEqual([[ZONED, CT_2], [CT_1, MR_2], [MR_1]]);
  });
  test('the earliest first, page by page', async () => {
    const first = await searched('_sort=started&_count=3');
    expect(studiesIn(first)).toEqual([MR_1, MR_2, CT_1]);
    expect(studiesIn(await archive.ask(linkOf(first, 'next')!, DOCTOR))).toEqual([CT_2, ZONED]);
  });
  test('a cursor of another hospital, or a made up one, is refused', async () => {
    const next = linkOf(await searched('_count=1'), 'next')!;
    expect((await archive.ask(next, doctorOf('HOSP-B'))).status).toBe(400);
    expect((await searched('_after=AAAA')).status).toBe(400);
  });
  test('only the number of them', async () => {
    for (const query of ['_count=0', '_summary=count']) {
      const { body } = await searched(query);
      expect([body['total'], body['entry']]).toEqual([5, undefined]);
    }
    expect((await searched('_total=none')).body['total']).toBeUndefined();
  });
  test('a form finds the same, and what it was asked with stands in no address', async () => {
    const form = await archive.ask('ImagingStudy/_search', DOCTOR, {
      method: 'POST',
      body: new URLSearchParams({ 'patient.identifier': 'P.7', modality: 'MR', _count: '1' }),
    });
    expect(studiesIn(form)).toEqual([MR_2]);
    expect(linkOf(form, 'next')).not.toContain('P.7');
    expect(studiesIn(await archive.ask(linkOf(form, 'next')!, DOCTOR))).toEqual([MR_1]);
  });
});

describe('what is not known', () => {
  test('is left out and told, or refused when the client wants that', async () => {
    const lenient = await searched('modality=MR&colour=red&_include=Observation:subject');
    expect(studiesIn(lenient)).toEqual([MR_2, MR_1]);
    expect(linkOf(lenient, 'self')).toMatch(/\?modality=MR$/);
    const [outcome] = entriesOf(lenient, 'outcome');
    expect(JSON.stringify(outcome)).toContain('colour, _include');
    const strict = { headers: { prefer: 'handling=strict' } };
    expect(await searched('modality=MR&colour=red', strict)).toMatchObject({
      status: 400,
      body: { resourceType: 'OperationOutcome' },
    });
    expect((await searched('modality=MR', strict)).status).toBe(200);
  });
  test.each([
    'modality:not=CT',
    'patient.name=Muster',
    'started:missing=true',
    'identifier=ACC1,urn:oid:1.2.3',
    '_count=x',
    `patient.identifier=${'x,'.repeat(60)}x`,
    'patient.identifier=|',
    `modality=${'M'.repeat(600)}`,
  ])('%s is refused in any case, since the answer would be broader', async (query) =>
    expect((await searched(query)).status).toBe(400),
  );
});

describe('a resource', () => {
  test('says what the study is', async () => {
    const claim = archive.claimOf(EXAMS[4]!);
    const { body } = await archive.ask(`ImagingStudy/${claim}`, DOCTOR);
    expect(body).toMatchObject({
      id: claim,
      meta: { source: 'urn:arkim:hospital:HOSP-A' },
      identifier: [
        { system: 'urn:dicom:uid', value: 'urn:oid:1.2.826.204' },
        { system: 'urn:arkim:accession:HOSP-A', value: 'ACC4' },
      ],
      status: 'available',
      modality: [{ system: 'http://dicom.nema.org/resources/ontology/DCM', code: 'CT' }],
      started: '2026-02-02T10:11:12+01:00',
      basedOn: [{ identifier: { value: 'ACC4' } }],
      referrer: { display: 'Anna Refer' },
      endpoint: [{ reference: 'Endpoint/dicom-web' }],
      numberOfSeries: 1,
      numberOfInstances: 1,
      description: 'Thorax',
      series: [
        {
          uid: '1.2.826.204.1',
          number: 1,
          numberOfInstances: 1,
          instance: [
            {
              uid: '1.2.826.204.1.1',
              sopClass: { code: 'urn:oid:1.2.840.10008.5.1.4.1.1.2' },
              number: 1,
            },
          ],
        },
      ],
    });
    expect(JSON.stringify(body['meta'])).not.toContain('SUBSETTED');
  });
  test('without a zone tells the day, and the clock apart', async () => {
    const { body } = await searched('identifier=ACC3');
    expect(entriesOf({ body }, 'match')).toMatchObject([
      {
        meta: { tag: [{ code: 'SUBSETTED' }] },
        started: '2026-02-01',
        _started: { extension: [{ valueTime: '10:11:12' }] },
      },
    ]);
  });
  test.each(['ImagingStudy/1', 'ImagingStudy/dicom-web', 'Endpoint/x', 'Endpoint/%00'])(
    '%s is not there',
    async (path) => expect((await archive.ask(path, DOCTOR)).status).toBe(404),
  );
});

describe('endpoints', () => {
  test('are found by id, within reach', async () => {
    const ids = ['dicom-web', archive.claimOf({ hospital: 'HOSP-B', study: 300 })].join(',');
    const shown = async (query: string, who = DOCTOR) =>
      entriesOf(await archive.ask(`Endpoint?${query}`, who), 'match').map(({ address }) => address);
    expect(await shown('')).toEqual([`${archive.api.url}/dicom-web`]);
    expect(await shown('connection-type=dicom-wado-rs')).toHaveLength(1);
    expect(await shown('connection-type=hl7-fhir-rest')).toEqual([]);
    expect(await shown(`_id=${ids}`)).toEqual([`${archive.api.url}/dicom-web`]);
    expect(await shown(`_id=${ids}`, AGENCY)).toHaveLength(2);
  });
});

test('a search and a read are written down as they were asked for', async () => {
  const dpo = { organisation: 'HOSP-A', roles: ['dpo'], subject: 'the dpo' };
  const asked = async () => {
    const day = new Date().toISOString().slice(0, 10);
    const { body } = await archive.ask(`AuditEvent?date=ge${day}&action=E&_count=500`, dpo);
    const entries = (body['entry'] ?? []) as readonly Readonly<{ resource: Json }>[];
    return entries.flatMap(({ resource }) => {
      const entities = resource['entity'] as readonly Readonly<{ query?: string }>[];
      return entities.map(({ query = '' }) => Buffer.from(query, 'base64').toString());
    });
  };
  const claim = archive.claimOf(EXAMS[0]!);
  await searched('identifier=ACC2&started=2026');
  await archive.ask(`ImagingStudy/${claim}`, DOCTOR);
  expect(await asked()).toEqual(
    expect.arrayContaining(['ImagingStudy?identifier=ACC2&started=2026', `ImagingStudy/${claim}`]),
  );
});

describe('the form of an answer', () => {
  const asking = async (path: string, accept: string) => {
    const { status, body } = await archive.ask(path, DOCTOR, { headers: { accept } });
    return [status, body['resourceType']];
  };
  test('is JSON, and nothing for who takes XML alone', async () => {
    const study = 'ImagingStudy?_count=1';
    expect(await asking(study, 'application/fhir+json')).toEqual([200, 'Bundle']);
    expect(await asking(study, 'application/fhir+xml')).toEqual([406, 'OperationOutcome']);
    expect(await asking(`${study}&_format=xml`, '*/*')).toEqual([406, 'OperationOutcome']);
    for (const path of ['Patient?identifier=x', 'metadata'])
      expect(await asking(path, 'application/xml')).toEqual([406, 'OperationOutcome']);
  });
});
