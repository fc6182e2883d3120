import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AccessSubject } from '#archive/access/access-facts';
import { accessPolicy } from '#archive/access/access-policy';
import { ownOrders, type PendingPorts, pendingOrders } from '#index/known-orders';
import { orderId } from '#index/order-id';
import { findableReader } from '#index/postgres/findable-reader';
import { subjectWith } from '../../libs/archive/src/access/access.testing.js';
import {
  AUTHORITIES,
  codeOf,
  header,
  lines,
  pid,
  sender,
  type TestGateway,
  testGateway,
} from './gateway.js';

let gateway: TestGateway;
let his: Awaited<ReturnType<typeof sender>>;
let ports: PendingPorts;
beforeAll(async () => {
  gateway = await testGateway();
  his = await sender(gateway.port);
  const { rows } = findableReader(gateway.archive.pool, { nowMs: Date.now });
  ports = { rows, policyInForce: () => accessPolicy, wallMs: Date.now };
});
afterAll(async () => {
  await his.close();
  await gateway.close();
});

const tell = async (...messages: readonly string[]) => {
  for (const message of messages) expect(codeOf(await his.ask(message))).toMatch(/^AA /);
  await gateway.apply();
  const states = (await gateway.rows()).map(({ state, reason }) => state + reason);
  expect(new Set(states)).toEqual(new Set(['applied']));
};
const query = async (text: string, values: readonly unknown[] = []) =>
  (await gateway.archive.pool.query(text, [...values])).rows;

const CHEST = 'OBR|1|||CTTHO^CT Thorax nativ^99KIS';
type Ordered = Readonly<{ control?: string; facility?: string; more?: readonly string[] }>;
const ordered = (
  patient: string,
  number: string,
  { control = 'NW', facility = 'HOSP-A', more = [CHEST] }: Ordered = {},
) =>
  lines(
    header('OMI^O23^OMI_O23', { facility }),
    pid(patient, { more: `~N-${patient}^^^NATION` }),
    `ORC|${control}|${number}`,
    ...more,
  );
const known = (patient: string, facility = 'HOSP-A') =>
  lines(header('ADT^A28', { facility }), pid(patient, { more: `~N-${patient}^^^NATION` }));
const orderRow = async (number: string, hospital = 'HOSP-A') => {
  const id = orderId(gateway.archive.ingest.ids, hospital, number);
  const [row] = await query('select * from orders where id = $1', [id]);
  return row;
};
const patientOf = (value: string, hospital: keyof typeof AUTHORITIES = 'HOSP-A') =>
  gateway.archive.ingest.ids.patient(AUTHORITIES[hospital], value);
const personOf = async (value: string) =>
  (await query('select person from patient_ids where patient = $1', [patientOf(value)]))[0].person;

const doctor = (organisation: string, changes: Partial<AccessSubject> = {}): AccessSubject =>
  subjectWith({ organisation, roles: ['physician'], ...changes });
/** Hospitals where orders wait for the patient, as somebody sees it. */
const waitingFor = async (patient: string, subject: AccessSubject, except = '') =>
  (await pendingOrders(ports, subject, { person: await personOf(patient), except })).map(
    ({ hospital }) => hospital,
  );

test('an order is kept with what is to be done, until it is cancelled', async () => {
  const request = 'OBR|1|||CTTHO^CT Thorax nativ^99KIS^24627-2^CT Chest^LN|||||||||Sturz';
  await tell(ordered('o1', '1^HIS', { more: [request, 'IPC|A1|RP1|1.2.3||CT'] }));
  expect(await orderRow('1^HIS')).toMatchObject({
    ...{ hospital: 'HOSP-A', patient: patientOf('o1'), state: 'active', accession: 'A1' },
    claim: gateway.archive.ingest.ids.claim('HOSP-A', '1.2.3'),
    procedure: {
      codes: [{ value: 'CTTHO' }, { value: '24627-2', system: 'LN' }],
      ...{ modality: 'CT', reasons: ['Sturz'] },
    },
  });
  await tell(ordered('o1', '1^HIS', { control: 'CA', more: [] }));
  expect(await orderRow('1^HIS')).toMatchObject({
    ...{ state: 'cancelled', accession: 'A1', procedure: { modality: 'CT' } },
  });
  const facts = await gateway.archive.facts('OrderReceived');
  expect(facts.length).toBe(2);
  expect(JSON.stringify(facts.map(({ data }) => data))).not.toMatch(/CTTHO|Thorax|A1|1\.2\.3/);
});

test('the same again is no new fact', async () => {
  const before = (await gateway.archive.facts('OrderReceived')).length;
  await tell(ordered('o2', '2'), ordered('o2', '2', { control: 'XO' }));
  expect((await gateway.archive.facts('OrderReceived')).length).toBe(before + 1);
});

test('an order waits in every hospital that treats the patient, and in no other', async () => {
  await tell(known('w1'), known('w1', 'HOSP-B'));
  await tell(ordered('w1', '11'), ordered('w1', '12', { facility: 'HOSP-B' }));
  expect(await waitingFor('w1', doctor('HOSP-A'))).toEqual(
    expect.arrayContaining(['HOSP-A', 'HOSP-B']),
  );
  const own = orderId(gateway.archive.ingest.ids, 'HOSP-A', '11');
  expect(await waitingFor('w1', doctor('HOSP-A'), own)).toEqual(['HOSP-B']);
  expect(await waitingFor('w1', doctor('HOSP-C'))).toEqual([]);
  expect(await waitingFor('w1', doctor('HOSP-A', { roles: ['admin'] }))).toEqual([]);
});

test('what is confidential, or of a patient who opposes, waits for its own hospital only', async () => {
  await tell(known('w2'), known('w2', 'HOSP-B'));
  const secret = { facility: 'HOSP-B', more: [CHEST] };
  const confidential = ordered('w2', '22', secret).replace(
    'ORC|NW|22',
    `ORC|NW|22${'|'.repeat(26)}R`,
  );
  await tell(ordered('w2', '21'), confidential);
  expect(await waitingFor('w2', doctor('HOSP-A'))).toEqual(['HOSP-A']);
  expect(await waitingFor('w2', doctor('HOSP-B'))).toEqual(
    expect.arrayContaining(['HOSP-A', 'HOSP-B']),
  );
  await query(
    `insert into oppositions (id, patient, person, valid_from) values ('w2', $1, $2, now() - interval '1 day')`,
    [patientOf('w2'), await personOf('w2')],
  );
  expect(await waitingFor('w2', doctor('HOSP-B'))).toEqual(['HOSP-B']);
});

test('what is performed, stored or long forgotten waits no more', async () => {
  await tell(known('w3'));
  await tell(
    ordered('w3', '31', { more: [CHEST, 'IPC|A31|RP|1.2.31'] }),
    ordered('w3', '32', { more: [CHEST, 'IPC|A32'] }),
    ordered('w3', '33'),
  );
  const me = doctor('HOSP-A');
  expect((await waitingFor('w3', me)).length).toBe(3);
  await query(
    `insert into study_access (claim, hospital, study_uid) values ($1, 'HOSP-A', '1.2.31')`,
    [gateway.archive.ingest.ids.claim('HOSP-A', '1.2.31')],
  );
  expect((await waitingFor('w3', me)).length).toBe(2);
  await query(`update orders set ordered_at = now() - interval '91 days' where number = '32'`);
  expect((await waitingFor('w3', me)).length).toBe(1);
  await tell(lines(header('ORM^O01'), pid('w3'), 'ORC|SC|33|||CM', CHEST));
  expect(await waitingFor('w3', me)).toEqual([]);
});

test('an order that is told from the future was ordered now, and waits for no day that nobody schedules', async () => {
  const far = `ORC|NW|34|||||^^^99991231235959-1200||29990101000000`;
  const before = Date.now() - 60_000;
  await tell(lines(header('ORM^O01'), pid('w3'), far, CHEST));
  const row = await orderRow('34');
  expect(row.scheduled_at).toBeNull();
  expect(row.ordered_at.getTime()).toBeGreaterThan(before);
  expect(row.ordered_at.getTime()).toBeLessThanOrEqual(Date.now() + 60_000);
});

test('orders follow who the patient is found to be', async () => {
  await tell(known('w4'), known('w4-old'));
  await tell(ordered('w4-old', '41'));
  await tell(lines(header('ADT^A40'), pid('w4'), 'MRG|w4-old'));
  expect(await waitingFor('w4', doctor('HOSP-A'))).toEqual(['HOSP-A']);
});

test('an order is found by its numbers in its own hospital, by whom may know what it is about', async () => {
  await tell(ordered('n1', '51', { more: [CHEST, 'IPC|A51'] }));
  const found = async (subject: AccessSubject, by: 'number' | 'accession', value: string) =>
    (await ownOrders(ports, subject, { by, value })).length;
  expect(await found(doctor('HOSP-A'), 'number', '51')).toBe(1);
  expect(await found(doctor('HOSP-A'), 'accession', 'A51')).toBe(1);
  expect(await found(doctor('HOSP-B'), 'accession', 'A51')).toBe(0);
  expect(await found(doctor('HOSP-A', { roles: ['admin'] }), 'number', '51')).toBe(0);
});

test('of a laboratory nothing is kept but that the hospital treats the patient', async () => {
  await tell(
    lines(header('ORM^O01'), pid('l1'), 'ORC|NW|61', `OBR|1|||HIV^HIV 1+2${'|'.repeat(20)}SR`),
  );
  expect(await orderRow('61')).toBeUndefined();
});
