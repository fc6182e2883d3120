import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type FhirArchive,
  fhirArchive,
  type Json,
  NATIONAL,
  patientOf,
  systemOf,
} from './fhir-archive.js';

const SYSTEM_A = { role: 'hospital-system', hospital: 'HOSP-A' };
const SYSTEM_B = { role: 'hospital-system', hospital: 'HOSP-B' };
const DOCTOR_A = { role: 'physician', hospital: 'HOSP-A' };
const DOCTOR_B = { role: 'physician', hospital: 'HOSP-B' };
const AGENCY = { role: 'agency', hospital: 'AGENCY' };
const [A, B] = [systemOf('HOSP-A'), systemOf('HOSP-B')];

let fhir: FhirArchive;
beforeAll(async () => {
  fhir = await fhirArchive();
});
afterAll(() => fhir.close());

const feed = (
  who: typeof SYSTEM_A,
  value: string,
  others: [string, string][] = [],
  change: Json = {},
) => {
  const system = systemOf(who.hospital);
  return fhir.put(
    `Patient?identifier=${encodeURIComponent(`${system}|${value}`)}`,
    who,
    patientOf([[system, value], ...others], change),
  );
};
const pix = (system: string, value: string, who = AGENCY, targets: readonly string[] = []) => {
  const source = `sourceIdentifier=${encodeURIComponent(`${system}|${value}`)}`;
  const more = targets.map((target) => `&targetSystem=${encodeURIComponent(target)}`).join('');
  return fhir.ask(`Patient/$ihe-pix?${source}${more}`, who);
};
const identifiersIn = ({ body }: Readonly<{ body: Json }>) =>
  (
    (body['parameter'] ?? []) as {
      name: string;
      valueIdentifier?: { system: string; value: string };
    }[]
  )
    .flatMap(({ valueIdentifier }) => valueIdentifier ?? [])
    .map(({ system, value }) => `${system}|${value}`)
    .sort();
const found = ({ body }: Readonly<{ body: Json }>) =>
  ((body['entry'] ?? []) as { resource: Json; search: Json }[]).map(({ resource }) => resource);
const valuesOf = (resource: Json | undefined) =>
  ((resource?.['identifier'] ?? []) as { value: string }[]).map(({ value }) => value).sort();
const diagnostics = ({ body }: Readonly<{ body: Json }>) =>
  (body['issue'] as { code: string; diagnostics: string }[])[0];

describe('the identity feed (ITI-104)', () => {
  test('a patient is created, read and updated', async () => {
    const created = await feed(SYSTEM_A, 'F1');
    expect(created).toMatchObject({ status: 201, body: { active: true, gender: 'female' } });
    expect(created.headers.get('location')).toContain('/fhir/Patient/');
    const again = await feed(SYSTEM_A, 'F1', [], { birthDate: '1970' });
    expect(again).toMatchObject({ status: 200, body: { birthDate: '1970' } });
    const read = await fhir.ask(`Patient/${created.body['id']}`, DOCTOR_A);
    expect(read.body).toEqual(again.body);
  });

  test('a death is told, and taken back', async () => {
    const died = async () => {
      const { rows } = await fhir.archive.pool.query(
        `select died_on from deaths d join patient_ids p using (patient) where p.value = 'F9'`,
      );
      return rows.map(({ died_on: on }) => on);
    };
    const tell = async (change: Json) => (await feed(SYSTEM_A, 'F9', [], change)).status;
    expect(await tell({ deceasedDateTime: '2020-12-31T23:59:59+01:00' })).toBe(201);
    expect(await died()).toEqual(['2020-12-31']);
    expect(await tell({})).toBe(200);
    expect(await tell({ deceasedBoolean: true })).toBe(200);
    expect(await tell({ deceasedDateTime: '2020' })).toBe(200);
    expect(await died()).toEqual(['2020-12-31']);
    expect(await tell({ deceasedBoolean: false })).toBe(200);
    expect(await died()).toEqual([]);
    for (const wrong of [
      { deceasedDateTime: '2999-01-01' },
      { deceasedDateTime: '2020-02-30' },
      { deceasedDateTime: 'soon' },
      { deceasedBoolean: 'yes' },
    ])
      expect([wrong, await tell(wrong)]).toEqual([wrong, 400]);
  });

  test('names in several scripts come back as they were', async () => {
    const extension = (code: string) => [
      {
        url: 'http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation',
        valueCode: code,
      },
    ];
    const name = [
      { extension: extension('ABC'), family: 'Yamada', given: ['Tarou'] },
      { extension: extension('IDE'), family: '山田', given: ['太郎'] },
    ];
    const { body } = await feed(SYSTEM_A, 'JP1', [], { name });
    expect(body['name']).toEqual(name);
    for (const family of ['yama', '山', '山田'])
      expect(
        found(await fhir.ask(`Patient?family=${encodeURIComponent(family)}`, DOCTOR_A)),
      ).toEqual([body]);
  });

  test('R-004: hospitals that name the same national identifier have one patient', async () => {
    await feed(SYSTEM_A, 'N1', [[NATIONAL, '1970020311111']]);
    await feed(SYSTEM_B, 'N2', [[NATIONAL, '1970020311111']]);
    expect(identifiersIn(await pix(A, 'N1'))).toEqual(
      [`${B}|N2`, `${NATIONAL}|1970020311111`].sort(),
    );
    const people = found(await fhir.ask('Patient?identifier=1970020311111', AGENCY));
    expect(people.map(valuesOf)).toEqual([['1970020311111', 'N1', 'N2']]);
  });

  test('an identifier that the feed names no more is parted, and who was linked is who they were', async () => {
    await feed(SYSTEM_A, 'P1', [[NATIONAL, '1970020322222']]);
    await feed(SYSTEM_A, 'P1', [[NATIONAL, '1970020333333']]);
    expect(identifiersIn(await pix(A, 'P1'))).toEqual([`${NATIONAL}|1970020333333`]);
  });

  test('R-004: a duplicate is replaced by the one that survives, and shown so', async () => {
    await feed(SYSTEM_A, 'M1');
    const replaced = await feed(SYSTEM_A, 'M2', [], {
      active: false,
      link: [{ other: { identifier: { system: A, value: 'M1' } }, type: 'replaced-by' }],
    });
    expect(replaced.body).toMatchObject({ active: false, link: [{ type: 'replaced-by' }] });
    expect(identifiersIn(await pix(A, 'M2'))).toEqual([`${A}|M1`]);
    const [person] = found(
      await fhir.ask(`Patient?identifier=${encodeURIComponent(`${A}|M2`)}`, DOCTOR_A),
    );
    expect(person).toMatchObject({ active: true, link: [{ type: 'replaces' }] });
    const pair = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'source', valueIdentifier: { system: A, value: 'M1' } },
        { name: 'target', valueIdentifier: { system: A, value: 'M2' } },
        { name: 'reason', valueCode: 'wrong-merge' },
      ],
    };
    expect((await fhir.post('Patient/$unlink', SYSTEM_A, pair)).status).toBe(200);
    expect(identifiersIn(await pix(A, 'M2'))).toEqual([]);
  });

  test('nobody speaks for an identifier of another hospital, nor links one', async () => {
    const path = `Patient?identifier=${encodeURIComponent(`${A}|F1`)}`;
    expect(await fhir.put(path, SYSTEM_B, patientOf([[A, 'F1']]))).toMatchObject({ status: 403 });
    const pair = {
      resourceType: 'Parameters',
      parameter: [
        { name: 'source', valueIdentifier: { system: B, value: 'N2' } },
        { name: 'target', valueIdentifier: { system: A, value: 'F1' } },
        { name: 'reason', valueCode: 'same' },
      ],
    };
    expect((await fhir.post('Patient/$link', SYSTEM_B, pair)).status).toBe(403);
    expect((await fhir.post('Patient/$link', AGENCY, pair)).status).toBe(200);
    expect((await fhir.post('Patient/$unlink', AGENCY, pair)).status).toBe(200);
    expect((await fhir.put(path, DOCTOR_A, patientOf([[A, 'F1']]))).status).toBe(403);
  });

  test('a patient is not deleted, and the answer says what to do', async () => {
    const answer = await fhir.ask('Patient/x', SYSTEM_A, { method: 'DELETE' });
    expect(answer.status).toBe(405);
    expect(diagnostics(answer)?.diagnostics).toContain('replaced-by');
  });

  test.each<[string, Json]>([
    ['another resource', { resourceType: 'Observation' }],
    ['without the identifier of the address', patientOf([[A, 'OTHER']])],
    ['a birth date that is none', patientOf([[A, 'X1']], { birthDate: '1970-13-01' })],
    ['a gender that is no code', patientOf([[A, 'X1']], { gender: 'f' })],
    ['names that are no list', patientOf([[A, 'X1']], { name: 'Anna' })],
    ['a name that is too long', patientOf([[A, 'X1']], { name: [{ family: 'x'.repeat(300) }] })],
    [
      'a link that names nobody',
      patientOf([[A, 'X1']], { active: false, link: [{ type: 'replaced-by', other: {} }] }),
    ],
    [
      'replaced and active',
      patientOf([[A, 'X1']], {
        link: [{ type: 'replaced-by', other: { identifier: { system: A, value: 'F1' } } }],
      }),
    ],
    [
      'replaced by itself',
      patientOf([[A, 'X1']], {
        active: false,
        link: [{ type: 'replaced-by', other: { identifier: { system: A, value: 'X1' } } }],
      }),
    ],
  ])('what is not sound is refused, and nothing of it said again: %s', async (_, body) => {
    const answer = await fhir.put(
      `Patient?identifier=${encodeURIComponent(`${A}|X1`)}`,
      SYSTEM_A,
      body,
    );
    expect([400, 409]).toContain(answer.status);
    expect(answer.body['resourceType']).toBe('OperationOutcome');
    expect(JSON.stringify(answer.body)).not.toMatch(/Muster|Anna|1970|X1/);
  });
});

describe('the cross-reference (ITI-83)', () => {
  test('targets bound what is answered', async () => {
    expect(identifiersIn(await pix(A, 'N1', AGENCY, [NATIONAL]))).toEqual([
      `${NATIONAL}|1970020311111`,
    ]);
    const { body } = await pix(A, 'N1', AGENCY, [NATIONAL]);
    expect((body['parameter'] as { name: string }[]).map(({ name }) => name)).toEqual([
      'targetIdentifier',
      'targetId',
    ]);
  });
  test('who has no other identifier has none', async () =>
    expect(await pix(A, 'F1')).toMatchObject({
      status: 200,
      body: { resourceType: 'Parameters' },
    }));
  test('an identifier that is not known is 404', async () => {
    const answer = await pix(A, 'NOBODY');
    expect([answer.status, diagnostics(answer)?.code]).toEqual([404, 'not-found']);
  });
  test('a domain that is not known is 400', async () => {
    const answer = await pix('urn:oid:1.2.3.4.5', '1');
    expect([answer.status, diagnostics(answer)?.code]).toEqual([400, 'code-invalid']);
  });
  test('a target that is not known is 403', async () => {
    const answer = await pix(A, 'F1', AGENCY, ['urn:oid:1.2.3.4.5']);
    expect([answer.status, diagnostics(answer)?.code]).toEqual([403, 'code-invalid']);
  });
  test('without a source, or with two, it is 400', async () => {
    for (const query of [
      '',
      `?sourceIdentifier=F1`,
      `?sourceIdentifier=a:b|1&sourceIdentifier=a:b|2`,
    ])
      expect((await fhir.ask(`Patient/$ihe-pix${query}`, AGENCY)).status).toBe(400);
  });
});

describe('R-403: who may find whom', () => {
  test('a clinician finds patients of their own hospital, and of others neither them nor their identifiers', async () => {
    expect(
      found(await fhir.ask('Patient?family=muster&birthdate=1970', DOCTOR_A)).length,
    ).toBeGreaterThan(0);
    const [person] = found(await fhir.ask('Patient?identifier=1970020311111', DOCTOR_A));
    expect(valuesOf(person)).toEqual(['1970020311111', 'N1']);
    expect(found(await fhir.ask('Patient?identifier=F1', DOCTOR_B))).toEqual([]);
    expect((await pix(A, 'F1', DOCTOR_B)).status).toBe(400);
    expect((await pix(B, 'N2', DOCTOR_B, [A])).status).toBe(403);
  });

  test('a patient of others is as one who isn’t there', async () => {
    const [person] = found(await fhir.ask('Patient?identifier=F1', AGENCY));
    const others = await fhir.ask(`Patient/${person?.['id']}`, DOCTOR_B);
    const nobody = await fhir.ask('Patient/00000000000000000000000000000000', DOCTOR_B);
    expect([others.status, others.body]).toEqual([404, nobody.body]);
  });

  test('whoever is treated by a hospital is found there by what the hospital may name', async () => {
    await feed(SYSTEM_A, 'T1', [[NATIONAL, '1970020344444']]);
    const query = 'Patient?identifier=1970020344444';
    expect(found(await fhir.ask(query, DOCTOR_B))).toEqual([]);
    const { ids } = fhir.archive.ingest;
    await fhir.archive.pool.query(
      `insert into relationships (id, patient, person, organisation, kind, valid_from)
       select 'r1', patient, person, 'HOSP-B', 'encounter', now() from patient_ids where patient = $1`,
      [ids.patient('HOSP-A', 'T1')],
    );
    expect(found(await fhir.ask(query, DOCTOR_B)).map(valuesOf)).toEqual([['1970020344444']]);
  });

  test.each(['%00', '..%2F..', 'x'.repeat(300), '%F0%9F%98%80'])(
    'an id that none can be is not found: %s',
    async (id) => expect((await fhir.ask(`Patient/${id}`, AGENCY)).status).toBe(404),
  );

  test.each(['modality', 'patient', 'dpo'])('%s does not look up patients', async (role) => {
    expect((await fhir.ask('Patient?family=muster', { role, hospital: 'HOSP-A' })).status).toBe(
      403,
    );
  });
});

describe('the demographics query (ITI-78)', () => {
  test('a study alone makes its patient known', async () => {
    await fhir.store(900, 'D1');
    const [person] = found(
      await fhir.ask(
        'Patient?family=test&given=PER&birthdate=ge1970-01-01&gender=female',
        DOCTOR_A,
      ),
    );
    expect(person).toMatchObject({ birthDate: '1970-01-01', gender: 'female' });
  });

  test('pages follow each other without a gap', async () => {
    const all = found(await fhir.ask('Patient?family=muster&_count=50', AGENCY)).map(
      ({ id }) => id,
    );
    const paged: unknown[] = [];
    let next = 'Patient?family=muster&_count=2';
    while (next !== '') {
      const { body } = await fhir.ask(next, AGENCY);
      paged.push(...found({ body }).map(({ id }) => id));
      const link = (body['link'] as { relation: string; url: string }[]).find(
        ({ relation }) => relation === 'next',
      );
      next = link === undefined ? '' : link.url.slice(link.url.indexOf('Patient?'));
    }
    expect(all.length).toBeGreaterThan(3);
    expect(paged).toEqual(all);
  });

  test.each([
    'Patient',
    'Patient?birthdate=1970',
    'Patient?family=m',
    'Patient?family=muster&address=x',
    'Patient?family=muster&birthdate=yesterday',
    'Patient?family=muster&_count=-1',
    'Patient?family=muster&gender=f',
    'Patient?identifier=|',
    'Patient?family=%00abc',
    'Patient?_id=a%20b',
    `Patient?family=${'x'.repeat(600)}`,
    'Patient?family=muster&_lastUpdated=ge2026-99-99',
  ])('a query that is too broad or not sound is refused: %s', async (path) =>
    expect((await fhir.ask(path, AGENCY)).status).toBe(400),
  );

  test('names are letters, not patterns', async () =>
    expect(found(await fhir.ask(`Patient?family=${encodeURIComponent('%_')}`, AGENCY))).toEqual(
      [],
    ));
});

describe('$match', () => {
  const match = (resource: Json, more: readonly Json[] = []) =>
    fhir.post('Patient/$match', DOCTOR_A, {
      resourceType: 'Parameters',
      parameter: [{ name: 'resource', resource }, ...more],
    });
  const graded = ({ body }: Readonly<{ body: Json }>) =>
    (
      (body['entry'] ?? []) as { search: { score: number; extension: { valueCode: string }[] } }[]
    ).map(({ search }) => [search.extension[0]?.valueCode, search.score]);

  test('the same identifier is certain, the same name and birth date probable, never certain', async () => {
    const [first, ...rest] = graded(
      await match(patientOf([[A, 'F1']], { birthDate: '1970-02-03' })),
    );
    expect(first).toEqual(['certain', 1]);
    expect(rest.length).toBeGreaterThan(0);
    for (const [grade] of rest) expect(['probable', 'possible']).toContain(grade);
  });
  test('only a certain match is given when only that is wanted', async () => {
    const only = [{ name: 'onlyCertainMatches', valueBoolean: true }];
    expect(graded(await match(patientOf([[A, 'F1']]), only))).toEqual([['certain', 1]]);
    expect(graded(await match(patientOf([]), only))).toEqual([]);
  });
  test('somebody else is not matched', async () =>
    expect(
      graded(await match(patientOf([], { name: [{ family: 'Zzz' }], birthDate: '2001-01-01' }))),
    ).toEqual([]));
  test('without anything to go by it is refused', async () =>
    expect((await match({ resourceType: 'Patient' })).status).toBe(400));
});

test('the server says what it does', async () => {
  const { body } = await fhir.ask('metadata', AGENCY);
  expect(body).toMatchObject({ resourceType: 'CapabilityStatement', fhirVersion: '4.0.1' });
});

test('what the feed did is what the log says', async () => {
  for (const table of ['identity_links', 'patient_ids', 'birth-dates', 'study_access'] as const) {
    const report = await fhir.archive.rebuildTable(table);
    expect([table, report]).toMatchObject([table, { missing: 0, extra: 0, changed: 0 }]);
  }
});
