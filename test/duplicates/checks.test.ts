import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type CdsArchive, catalogueOf, cdsArchive, NATION } from '../cds/cds-archive.js';
import { imageOf } from '../cds/cds-files.js';
import { duplicateOrders } from './duplicate-orders.js';

const STUDY = '1.2.840.99.60';

let at: CdsArchive;
let of: ReturnType<typeof duplicateOrders>;
beforeAll(async () => {
  at = await cdsArchive();
  of = duplicateOrders(at);
  await at.store(
    'HOSP-B',
    imageOf({ study: STUDY, national: 'D1', code: 'CT-THX-N' }),
    imageOf({ study: `${STUDY}.2`, national: 'D2', code: 'CT-THX-N' }),
    imageOf({ study: `${STUDY}.3`, national: 'D3', code: 'CT-THX-N' }),
  );
  await of.place({ national: 'D1', number: '1^HIS', accession: 'A1', code: 'TDMTHO' });
});
afterAll(() => at.close());

const SAME = { grade: 'SAME', indicator: 'warning', hospital: 'HOSP-B', days: 6 };
const auditOf = async (kind: string) =>
  (await at.pool.query('select count(*)::int as n from audit_records where kind = $1', [kind]))
    .rows[0].n;

describe('the last check of an order', () => {
  test('tells of the exam that another hospital made, and where to open it', async () => {
    const before = await auditOf('duplicates');
    const { status, body } = await of.get('/governance/duplicates?accession=A1');
    expect(status).toBe(200);
    expect(body.orders).toMatchObject([
      {
        state: 'active',
        exam: { group: 'CT', regions: ['chest'], contrast: 'without' },
        duplicates: [
          {
            ...SAME,
            kind: 'study',
            summary: 'CT chest done 6 days ago at CH Nord: images available',
            study: { claim: at.claimOf('HOSP-B', STUDY), uid: STUDY, instances: 1 },
          },
        ],
      },
    ]);
    const [{ duplicates }] = body.orders;
    const opened = await of.get(`${duplicates[0].study.address}/metadata`);
    expect(opened.status).toBe(200);
    expect(await auditOf('duplicates')).toBe(before + 1);
  });
  test('finds it by the placer’s number and by its opaque id too', async () => {
    const byNumber = await of.get(`/governance/duplicates?number=${encodeURIComponent('1^HIS')}`);
    const [{ order, duplicates }] = byNumber.body.orders;
    expect(duplicates).toHaveLength(1);
    const byId = await of.get(`/governance/duplicates?order=${order}`);
    expect(byId.body).toEqual(byNumber.body);
  });
  test('is one card a day, whose figures are the hospital’s', async () => {
    for (let times = 0; times < 2; times++) await of.get('/governance/duplicates?accession=A1');
    const { rows } = await at.pool.query(
      `select service, grade, microsieverts, bytes > 0 as sized from duplicate_cards where prior = $1`,
      [at.claimOf('HOSP-B', STUDY)],
    );
    expect(rows).toEqual([{ service: 'check', grade: 'SAME', microsieverts: '7000', sized: true }]);
  });
  test.each([
    ['another hospital', ['physician'], 'HOSP-B', 404],
    ['a records manager', ['records-manager'], 'HOSP-A', 200],
    ['an administrator', ['admin'], 'HOSP-A', 403],
    ['a modality', ['modality'], 'HOSP-A', 403],
    ['a hospital’s system', ['hospital-system'], 'HOSP-A', 403],
  ] as const)('of %s tells nothing of others', async (_name, roles, organisation, status) => {
    const answer = await of.get('/governance/duplicates?accession=A1', roles, organisation);
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain(STUDY);
  });
  test.each(['', 'order=x', 'number=', 'accession=A1&number=1', 'accession=%00', 'patient=1'])(
    'asked by ?%s is 400',
    async (query) => expect((await of.get(`/governance/duplicates?${query}`)).status).toBe(400),
  );
  test('of a number that nobody has is 404', async () =>
    expect((await of.get('/governance/duplicates?accession=NONE')).status).toBe(404));
});

describe('what waits elsewhere', () => {
  test('is told as pending, and an order isn’t its own duplicate', async () => {
    await of.place({ hospital: 'HOSP-B', national: 'W1', number: 'w1', code: 'CT-THX-N' });
    await of.place({ national: 'W1', number: 'w2', code: 'TDMTHO' });
    const { body } = await of.get('/governance/duplicates?number=w2');
    expect(body.orders[0].duplicates).toMatchObject([
      { kind: 'order', grade: 'PENDING', hospital: 'HOSP-B', study: null },
    ]);
  });
  test('and is confidential leaves no trace', async () => {
    await of.place({ national: 'W2', number: 'w3', code: 'TDMTHO' });
    const before = await of.get('/governance/duplicates?number=w3');
    await of.place({
      ...{ hospital: 'HOSP-B', national: 'W2', number: 'w4', code: 'CT-THX-N' },
      confidentiality: 'R',
    });
    expect((await of.get('/governance/duplicates?number=w3')).body).toEqual(before.body);
    expect(before.body.orders[0].duplicates).toEqual([]);
  });
});

describe('an exam in words', () => {
  const asked = (national: string, code = 'TDMTHO') => ({
    patient: { authority: NATION, value: national },
    procedure: { codes: [{ system: catalogueOf('HOSP-A'), value: code }] },
  });
  test('is told of by whom treats the patient', async () => {
    const { status, body } = await of.post('/governance/duplicates/search', asked('D1'));
    expect(status).toBe(200);
    expect(body.orders).toMatchObject([{ order: null, duplicates: [SAME] }]);
  });
  test('leaves no trace of what the hospital may not know of, nor of a patient whom nobody knows', async () => {
    const unknown = await of.post('/governance/duplicates/search', asked('NOBODY'));
    expect(unknown.body.orders[0].duplicates).toEqual([]);
    expect((await of.post('/governance/duplicates/search', asked('D2'))).body).toEqual(
      unknown.body,
    );
    await at.pool.query(
      `insert into oppositions (id, patient, person, valid_from) values ('d3', $1, $1, now() - interval '1 day')`,
      [at.personOf(NATION, 'D3')],
    );
    await of.place({ national: 'D3', number: 'd3', code: 'TDMTHO' });
    expect((await of.post('/governance/duplicates/search', asked('D3'))).body).toEqual(
      unknown.body,
    );
  });
  test.each([
    [{}],
    [{ patient: { authority: NATION, value: 'D1' } }],
    [{ ...asked('D1'), procedure: { codes: [] } }],
    [{ ...asked('D1'), procedure: { codes: [], descriptions: ['x'.repeat(251)] } }],
    [{ ...asked('D1'), on: 'tomorrow' }],
  ])('that isn’t one is 400: %j', async (body) =>
    expect((await of.post('/governance/duplicates/search', body)).status).toBe(400),
  );
});
