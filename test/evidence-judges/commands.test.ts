import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { postgresLog } from '#events/postgres/postgres-log';
import { readConfig } from '#platform/config';
import { stampRound } from '../../apps/retention-worker/src/evidence/stamp-round.js';
import { stampingOf } from '../../apps/retention-worker/src/retention-worker.module.js';
import { appendOf } from '../../libs/events/src/event-store.testing.js';
import { type SealedLogArchive, sealedLogArchive } from '../evidence/sealed-log.js';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import { type LocalAuthority, localAuthority } from './local-authority.js';

let authority: LocalAuthority;
let another: LocalAuthority;
let archive: SealedLogArchive;
let operator: Operator;

beforeAll(async () => {
  [authority, another] = await Promise.all([localAuthority(), localAuthority()]);
  archive = await sealedLogArchive();
  operator = await operatorOf(archive.url);
  vi.stubEnv('ARKIM_TSA_URL', authority.url);
  vi.stubEnv('ARKIM_TSA_CA', authority.caFile);
  await archive.append(appendOf('s', 0, 3));
  for (const daysAgo of [5, 4]) await archive.seal(daysAgo);
  const stamping = await stampingOf(readConfig(), archive.pool, postgresLog(archive.pool));
  if (stamping === undefined) throw new Error('the settings name an authority');
  await stampRound(stamping, new AbortController().signal);
  await archive.seal(4);
});
afterAll(async () => {
  await operator.leave();
  await archive.close();
  await Promise.all([authority.close(), another.close()]);
});

const verify = (by = authority) => operator.arkim('evidence', 'verify', '--tsa-ca', by.caFile);

test('one setting of the authority needs the other', () => {
  const { caFile: ARKIM_TSA_CA, url: ARKIM_TSA_URL } = authority;
  expect(() => readConfig({ ARKIM_TSA_URL })).toThrow('ARKIM_TSA_CA: is needed');
  expect(() => readConfig({ ARKIM_TSA_CA })).toThrow('ARKIM_TSA_URL: is needed');
  expect(() => readConfig({ ARKIM_TSA_CA, ARKIM_TSA_URL: 'ftp://x' })).toThrow('ARKIM_TSA_URL');
});

test('stamps that are renewed stay good, and those of a stranger are named', async () => {
  expect((await verify()).code).toBe(0);
  const { lines } = await verify(another);
  expect(lines.filter((line) => line.endsWith('not-believed'))).toHaveLength(2);
  const renewed = await operator.arkim('evidence', 'renew', '--before', '2999-01-01');
  expect(renewed.lines).toEqual(['2 time-stamps renewed']);
  await archive.seal(4);
  expect((await verify()).code).toBe(0);
  const seals = (await operator.arkim('evidence', 'seals')).lines.slice(1);
  expect(seals.map((line) => line.split(',')[4])).toEqual(['2', '2']);
  const [to = '', from = ''] = seals.map((line) => line.split(',')[0]);
  const growth = await operator.arkim('evidence', 'consistency', '--from', from, '--to', to);
  expect(JSON.parse(growth.lines[0] ?? '')).toMatchObject({ from: { size: 3 } });
});

test('a time-stamp that was changed is named', async () => {
  const token = randomBytes(100);
  await archive.tamper(
    'evidence_stamps',
    'update evidence_stamps set token = $1 where stamp_order = 2',
    [token],
  );
  const { code, lines } = await verify();
  expect(code).toBe(1);
  expect(lines.filter((line) => /^time-stamp 2 of .*: unreadable$/.test(line))).toHaveLength(2);
});
