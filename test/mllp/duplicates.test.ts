import { afterAll, beforeAll, expect, test } from 'vitest';
import { known, ordered, type TellingGateway, tellingGateway } from './duplicate-answers.js';

const SUMMARY = 'CT chest done 6 days ago at CH Nord: images available';

let at: TellingGateway;
beforeAll(async () => {
  at = await tellingGateway();
  for (const [index, patient] of ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'].entries()) {
    await at.store(`1.2.840.97.${index + 1}`, patient);
    await at.ask(known(patient));
  }
});
afterAll(() => at.close());

/** The segments of an answer behind its header. */
const told = (answer: string): readonly string[] => answer.split('\r').slice(1, -1);
const idOf = (message: string): string => message.split('|')[9] ?? '';
const ask = async (message: string) => told(await at.ask(message));

test('the answer to an order tells of the exam that another hospital made', async () => {
  const message = ordered('T1', 'P1');
  expect(await ask(message)).toEqual([
    `MSA|AA|${idOf(message)}`,
    `ERR||ORC^1|0^Message accepted^HL70357|W|DUPLICATE-SAME^^L|||${SUMMARY}`,
  ]);
  const { rows } = await at.pool.query(
    `select service, grade, hospital from duplicate_cards where prior = $1`,
    [at.ids.claim('HOSP-B', '1.2.840.97.1')],
  );
  expect(rows).toEqual([{ service: 'hl7', grade: 'SAME', hospital: 'HOSP-A' }]);
});

test('the same message again is answered alike, and is one card', async () => {
  const message = ordered('T2', 'P2');
  const first = await ask(message);
  expect(await ask(message)).toEqual(first);
  expect(first).toHaveLength(2);
  const { rowCount } = await at.pool.query(`select from duplicate_cards where prior = $1`, [
    at.ids.claim('HOSP-B', '1.2.840.97.2'),
  ]);
  expect(rowCount).toBe(1);
});

test('who wants a response gets the one of the standard; before 2.5 with notes', async () => {
  const answer = await at.ask(ordered('T3', 'P3', { application: 'RIS' }));
  expect(answer).toContain('|ORI^O24^ORI_O24|');
  const old = { type: 'ORM^O01', version: '2.3.1', application: 'RIS' };
  const noted = await at.ask(ordered('T3', 'P3b', old));
  expect(noted).toContain('|ORR^O02^ORR_O02|');
  expect(told(noted).slice(1)).toContain(`NTE|1|L|${SUMMARY}`);
  const brief = ordered('T3', 'P3c', { ...old, application: 'HIS' });
  expect((await ask(brief))[0]).toBe(`MSA|AA|${idOf(brief)}|${SUMMARY}`);
});

test('a masked exam leaves no trace in the answer', async () => {
  const plain = (segments: readonly string[]) => segments.map((one) => one.split('|')[0]);
  const nothing = plain(await ask(ordered('T-none', 'P4n')));
  await at.pool.query(`update study_access set confidentiality = 'V' where claim = $1`, [
    at.ids.claim('HOSP-B', '1.2.840.97.4'),
  ]);
  expect(plain(await ask(ordered('T4', 'P4')))).toEqual(nothing);
  await at.pool.query(
    `insert into oppositions (id, patient, person, valid_from)
     select 't5', patient, person, now() - interval '1 day' from study_access where claim = $1`,
    [at.ids.claim('HOSP-B', '1.2.840.97.5')],
  );
  expect(plain(await ask(ordered('T5', 'P5')))).toEqual(nothing);
  expect(nothing).toEqual(['MSA']);
});

test('an order is accepted when nobody can be asked', async () => {
  const message = ordered('T6', 'P6', { application: 'LAB' });
  expect(await ask(message)).toEqual([`MSA|AA|${idOf(message)}`]);
});

test('a cancelled order is told of nothing', async () => {
  const message = ordered('T6', 'P7').replace('ORC|NW', 'ORC|CA');
  expect(await ask(message)).toEqual([`MSA|AA|${idOf(message)}`]);
});

test('whom a sender’s machine asks for stands in the record of access', async () => {
  const { rows } = await at.pool.query(
    `select distinct machine, organisation from audit_records where kind = 'duplicates'`,
  );
  expect(rows).toEqual([{ machine: true, organisation: 'HOSP-A' }]);
});
