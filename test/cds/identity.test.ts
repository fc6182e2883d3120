import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Answer, type CdsArchive, cdsArchive, type Json, NATIONAL } from './cds-archive.js';
import { callOf, imageOf, orderOf } from './cds-files.js';

let at: CdsArchive;
beforeAll(async () => {
  at = await cdsArchive();
  await at.store('HOSP-B', imageOf({ study: '1.2.840.99.20', national: 'N1', code: 'CT-THX-N' }));
  await at.store('HOSP-C', imageOf({ study: '1.2.840.99.21', national: 'N2', code: 'SCABDO' }));
  /* A patient 17 of B, whom nobody has linked to anybody. */
  const local = { '00100020': ['LO', '17'], '00100021': ['LO', ''] } as const;
  const stated = { study: '1.2.840.99.22', national: '', code: 'CT-THX-N', change: local };
  await at.store('HOSP-B', imageOf(stated));
});
afterAll(() => at.close());

const OWN = 'urn:arkim:authority:HOSP-A';
const asked = (identifier: readonly Json[], code = 'TDMTHO') =>
  at.call(callOf([orderOf(code)], { identifier }));
const places = ({ body }: Answer) =>
  (body['cards'] as readonly { summary: string }[]).map(
    ({ summary }) => / at (.+):/.exec(summary)?.[1],
  );

test('R-404: what was made at C is not made again at A, by whichever words either calls it', async () => {
  const answer = await asked([{ system: NATIONAL, value: 'N2' }], 'TDMABD');
  expect(places(answer)).toEqual(['Cavaillon']);
});
test('the number of a patient of another hospital is nobody of this one', async () => {
  expect(places(await asked([{ system: OWN, value: '17' }]))).toEqual([]);
  const theirs = { system: 'urn:arkim:authority:HOSP-B', value: '17' };
  expect(places(await asked([theirs]))).toEqual([]);
});
test('a number of the own hospital beside the nation’s changes nothing, known or not', async () => {
  const answer = await asked([
    { system: OWN, value: '4711' },
    { system: NATIONAL, value: 'N1' },
  ]);
  expect(places(answer)).toEqual(['CH Nord']);
});
test('who mixes two people up gets no card about either', async () => {
  const both = [
    { system: NATIONAL, value: 'N1' },
    { system: NATIONAL, value: 'N2' },
  ];
  expect(places(await asked(both))).toEqual([]);
});
test('an identifier that is out of use is of nobody', async () => {
  const old = { use: 'old', system: NATIONAL, value: 'N1' };
  expect((await asked([old])).status).toBe(412);
});
test('without an identifier the call is refused: 412, with an OperationOutcome', async () => {
  for (const identifier of [[], [{ value: 'N1' }], [{ system: NATIONAL }]]) {
    const { status, body } = await asked(identifier);
    expect([status, body['resourceType']]).toEqual([412, 'OperationOutcome']);
  }
});
test('the patient may be named in the order itself', async () => {
  const subject = { identifier: { system: NATIONAL, value: 'N1' } };
  const body = { ...callOf([orderOf('TDMTHO', { subject })]), prefetch: null };
  expect(places(await at.call(body))).toEqual(['CH Nord']);
});
test('a prefetched patient other than that of the context counts for nothing', async () => {
  const body = callOf([orderOf('TDMTHO')]);
  const patient = {
    resourceType: 'Patient',
    id: 'other',
    identifier: [{ system: NATIONAL, value: 'N1' }],
  };
  expect((await at.call({ ...body, prefetch: { patient } })).status).toBe(412);
});
test('an order for another patient than that of the context is not looked at', async () => {
  const order = orderOf('TDMTHO', { subject: { reference: 'Patient/2' } });
  expect(places(await at.call(callOf([order])))).toEqual([]);
});
