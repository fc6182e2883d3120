import { afterAll, beforeAll, expect, test } from 'vitest';
import { hl7Time } from '#hl7/acknowledge';
import { TABLE_NAMES } from '#index/postgres/table-projections';
import { sliceOf } from '../identity/people.js';
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

const UTF8 = { more: '||||||UNICODE UTF-8' };

let gateway: TestGateway;
let his: Awaited<ReturnType<typeof sender>>;
beforeAll(async () => {
  gateway = await testGateway();
  his = await sender(gateway.port);
});
afterAll(async () => {
  await his.close();
  await gateway.close();
});

/** The messages are accepted and applied, one after the other. */
const tell = async (...messages: readonly string[]) => {
  for (const message of messages) expect(codeOf(await his.ask(message))).toMatch(/^AA /);
  await gateway.apply();
  const states = (await gateway.rows()).map(({ state, reason }) => state + reason);
  expect(new Set(states)).toEqual(new Set(['applied']));
};
const idOf = (number: string, hospital: keyof typeof AUTHORITIES = 'HOSP-A') =>
  gateway.archive.ingest.ids.patient(AUTHORITIES[hospital], number);
const row = async (table: string, key: string, value: string) => {
  const { rows } = await gateway.archive.pool.query(`select * from ${table} where ${key} = $1`, [
    value,
  ]);
  return rows[0];
};
const personOf = async (number: string, hospital: keyof typeof AUTHORITIES = 'HOSP-A') =>
  (await row('patient_ids', 'patient', idOf(number, hospital)))?.person;
const stays = async (number: string) => {
  const { rows } = await gateway.archive.pool.query(
    `select kind, organisation, valid_until::text as until, valid_until > now() as holds from relationships where patient = $1 order by valid_from`,
    [idOf(number)],
  );
  return rows;
};
const at = (event: string, ...more: readonly string[]) =>
  lines(header(`ADT^${event}`, UTF8), `EVN||${hl7Time(Date.now())}`, ...more);
const stay = (visit: string, type = 'I') => `PV1|1|${type}|W1${'|'.repeat(16)}${visit}`;

test.each(['A01', 'A04', 'A05', 'A08', 'A28', 'A31'])('%s makes a patient known', async (event) => {
  await tell(at(event, pid(`known-${event}`, { name: "D'Or&d'&Or^Marie^Ève Luz~Dor^Marie" })));
  expect(await row('patient_ids', 'patient', idOf(`known-${event}`))).toMatchObject({
    authority: AUTHORITIES['HOSP-A'],
    value: `known-${event}`,
    birth_date: '19700102',
    sex: 'F',
  });
});

test('what a message doesn’t say of a person stays, and what it says to be unknown goes', async () => {
  await tell(at('A28', pid('partly')), at('A08', 'PID|1||partly||Neu^Anna'));
  const known = () => row('patient_ids', 'patient', idOf('partly'));
  expect(await known()).toMatchObject({ family_folded: 'neu', birth_date: '19700102', sex: 'F' });
  await tell(at('A08', 'PID|1||partly||Neu^Anna||""|U'));
  expect(await known()).toMatchObject({ birth_date: '', sex: '' });
});

test('a death is told, put right, and taken back', async () => {
  const dead = (day: string, isDead = '') =>
    at('A08', `${pid('dead')}${'|'.repeat(21)}${day}|${isDead}`);
  const death = async () => (await row('deaths', 'patient', idOf('dead')))?.died_on;
  await tell(at('A28', pid('dead')), dead('20201230', 'Y'));
  expect(await death()).toBe('2020-12-30');
  await tell(dead('20201231'), at('A08', pid('dead')));
  expect(await death()).toBe('2020-12-31');
  await tell(dead('', 'N'));
  expect(await death()).toBeUndefined();
  expect(codeOf(await his.ask(dead('soon', 'Y')))).toMatch(/^AE /);
});

test('an identifier of another authority is joined, once', async () => {
  const more = '~777^^^NATION^NI';
  await tell(at('A28', pid('joined', { more })), at('A08', pid('joined', { more })));
  expect(await personOf('joined')).toBe(await personOf('777', 'national'));
  const { rows } = await gateway.archive.pool.query(
    'select from identity_links where patient = $1 or other = $1',
    [idOf('joined')],
  );
  expect(rows.length).toBe(1);
});

test('nobody becomes another hospital’s patient by what a message says', async () => {
  await tell(at('A28', `PID|1||1^^^HOSP-B MPI&${AUTHORITIES['HOSP-B']}&ISO||Muster^Anna`));
  expect(await personOf('1', 'HOSP-B')).toBeUndefined();
});

test('a stay begins with its admission and ends with its discharge', async () => {
  await tell(at('A01', pid('stays'), stay('V1')));
  expect(await stays('stays')).toEqual([
    { kind: 'encounter', organisation: 'HOSP-A', until: 'infinity', holds: true },
  ]);
  await tell(at('A03', pid('stays'), stay('V1')));
  expect(await stays('stays')).toMatchObject([{ holds: false }]);
  await tell(at('A13', pid('stays'), stay('V1')));
  expect(await stays('stays')).toMatchObject([{ holds: true }]);
  await tell(at('A11', pid('stays'), stay('V1')));
  expect(await stays('stays')).toMatchObject([{ holds: false }]);
});

test('a visit of an outpatient ends by itself', async () => {
  await tell(at('A04', pid('visits'), stay('V2', 'O')));
  const [visit] = await stays('visits');
  expect(visit).toMatchObject({ holds: true });
  expect(visit?.until).not.toBe('infinity');
});

test('a stay ends though the patient’s number was merged meanwhile', async () => {
  await tell(
    at('A01', pid('before'), stay('V3')),
    at('A40', pid('after'), 'MRG|before'),
    at('A03', pid('after'), stay('V3')),
  );
  expect(await stays('before')).toMatchObject([{ holds: false }]);
});

test.each(['ORM^O01', 'OMI^O23'])(
  'an order (%s) lets the hospital take part until it is ended',
  async (type) => {
    const number = type.slice(0, 3);
    const order = (control: string) =>
      lines(header(type), pid(number), `ORC|${control}|P-${number}^HIS`);
    await tell(order('NW'));
    expect(await stays(number)).toMatchObject([
      { kind: 'order', organisation: 'HOSP-A', holds: true },
    ]);
    await tell(order('CA'));
    expect(await stays(number)).toMatchObject([{ holds: false }]);
  },
);

test.each(['A40', 'A47'])('%s merges; A37 gives back who it was', async (event) => {
  const [one, two] = [`${event}-new`, `${event}-old`];
  await tell(at('A28', pid(one)), at('A28', pid(two)));
  const before = [await personOf(one), await personOf(two)];
  await tell(at(event, pid(one), `MRG|${two}`), at(event, pid(one), `MRG|${two}`));
  expect(await personOf(two)).toBe(await personOf(one));
  const merges = await gateway.archive.facts('IdentitiesMerged');
  expect(merges.filter(({ data }) => (data as { other: string }).other === idOf(two)).length).toBe(
    1,
  );
  await tell(at('A37', pid(one), pid(two)));
  expect([await personOf(one), await personOf(two)]).toEqual(before);
});

test('A24 links, A37 parts, and the two may be linked again', async () => {
  await tell(at('A28', pid('l1')), at('A28', pid('l2')));
  for (let times = 0; times < 2; times++) {
    await tell(at('A24', pid('l1'), pid('l2')));
    expect(await personOf('l1')).toBe(await personOf('l2'));
    await tell(at('A37', pid('l1'), pid('l2')));
    expect(await personOf('l1')).not.toBe(await personOf('l2'));
  }
});

test('A43 moves what was stored under the wrong number', async () => {
  await gateway.archive.send([sliceOf(43, 'wrong')]);
  await gateway.archive.work();
  const claim = gateway.archive.ingest.ids.claim('HOSP-A', '1.2.43');
  expect(await row('study_access', 'claim', claim)).toMatchObject({ patient: idOf('wrong') });
  await tell(at('A28', pid('right')), at('A43', pid('right'), 'MRG|wrong'));
  expect(await row('study_access', 'claim', claim)).toMatchObject({ patient: idOf('right') });
});

test('of one patient messages are applied in their order, also when an early one has to wait', async () => {
  const { pool } = gateway.archive;
  await his.ask(at('A28', pid('order', { name: 'First^Anna' })));
  await pool.query(
    `update hl7_messages set due_at = now() + interval '1 hour' where state = 'received'`,
  );
  await his.ask(at('A08', pid('order', { name: 'Last^Anna' })));
  await his.ask(at('A28', pid('elsewhere')));
  await gateway.apply();
  expect(await personOf('order')).toBeUndefined();
  expect(await personOf('elsewhere')).toBeDefined();
  await pool.query(`update hl7_messages set due_at = now() where state = 'received'`);
  await tell();
  expect(await row('patient_ids', 'patient', idOf('order'))).toMatchObject({
    family_folded: 'last',
  });
});

test('what was applied is not kept', async () => {
  await tell(at('A28', pid('gone')));
  for (const { body } of await gateway.rows()) expect(body).toBeNull();
});

test('what can’t be is dead, with a code, and later messages go on', async () => {
  expect(codeOf(await his.ask(at('A24', pid('self'), pid('self'))))).toMatch(/^AA/);
  await his.ask(at('A28', pid('self')));
  await gateway.apply();
  const [dead, next] = (await gateway.rows()).slice(-2);
  expect(dead).toMatchObject({ state: 'dead', reason: 'itself' });
  expect(dead.body).not.toBeNull();
  expect(next).toMatchObject({ state: 'applied' });
});

test('the rows are what the facts say', async () => {
  /* These hospitals are rows without a fact. */
  for (const table of TABLE_NAMES.filter((name) => name !== 'hospitals'))
    expect([table, await gateway.archive.rebuildTable(table)]).toMatchObject([
      table,
      { shown: [] },
    ]);
});
