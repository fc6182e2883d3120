import { afterEach, beforeEach, expect, test } from 'vitest';
import { disposeNext } from '../../apps/retention-worker/src/disposal/run-disposal.js';
import { ben, type DisposalArchive, disposalArchive, STUDY, slice } from './disposal-archive.js';
import { dispute, hold, schedule } from './due.js';

let archive: DisposalArchive;
beforeEach(async () => {
  archive = await disposalArchive();
  await archive.send(slice(1), slice(2));
});
afterEach(() => archive.close());

const isThere = async () =>
  (
    await archive.ask(`/dicom-web/studies/${STUDY}`, {
      roles: ['radiologist'],
      subject: 'anna',
    })
  ).status === 200;
const freeze = (what: readonly string[]) =>
  archive.pool.query(`update hospitals set frozen = $1 where hospital = 'HOSP-A'`, [what]);
const one = () => disposeNext(archive.ports);

test('a hold that comes during grace stops it; when it is released the study has to be proposed anew', async () => {
  const { pool, claim, dispose, stepsOf, approved } = archive;
  await approved();
  await hold(pool, claim, true);
  await dispose();
  expect([await stepsOf(), await isThere()]).toEqual([['stopped: held'], true]);
  const propose = () => archive.ask('/governance/dispositions', ben, { claims: [claim] });
  expect((await propose()).status).toBe(409);
  await hold(pool, claim, false);
  await dispose();
  expect([await stepsOf(), await isThere()]).toEqual([['stopped: held'], true]);
  expect((await propose()).status).toBe(201);
});

test('a hold that comes after it was started stops it, too', async () => {
  await archive.approved();
  await one();
  expect(await archive.stepsOf()).toEqual(['started: settling']);
  await hold(archive.pool, archive.claim, true);
  await archive.dispose();
  expect([await archive.stepsOf(), await isThere()]).toEqual([['stopped: held'], true]);
  const told = (await archive.core.facts()).filter(({ type }) => type.startsWith('Disposition'));
  expect(told.map(({ type }) => type).slice(-2)).toEqual([
    'DispositionStarted',
    'DispositionStopped',
  ]);
});

test('what may move the date is waited for; a study that is not due any more is kept', async () => {
  await archive.approved();
  await dispute(archive.pool, archive.claim);
  await one();
  expect([await archive.stepsOf(), await isThere()]).toEqual([['waiting: rescheduling'], true]);
  await schedule(archive.pool);
  await archive.dispose();
  expect([await archive.stepsOf(), await isThere()]).toEqual([['stopped: not-due'], true]);
});

test('while a read model is made anew, nothing goes that it may have read already', async () => {
  const { approved, stepsOf, pool, dispose } = archive;
  await approved();
  const client = await pool.connect();
  await client.query(`select pg_advisory_lock(hashtext('findable-rebuild'))`);
  await one();
  expect([await stepsOf(), await isThere()]).toEqual([['waiting: rebuilding'], true]);
  await client.query(`select pg_advisory_unlock(hashtext('findable-rebuild'))`);
  client.release();
  await dispose();
  expect(await stepsOf()).toEqual(['done']);
});

test('a batch that is stopped during grace disposes of nothing', async () => {
  const batch = await archive.approved();
  await one();
  expect((await archive.ask(`/governance/dispositions/${batch}/stop`, ben, {})).status).toBe(204);
  await archive.dispose();
  expect([await archive.stepsOf(), await isThere()]).toEqual([['stopped: batch-stopped'], true]);
});

test('in a crisis nothing goes: not a row, and not a byte of what had begun; afterwards it goes on', async () => {
  const { approved, stepsOf, hurry, settle, dispose } = archive;
  await approved();
  await freeze(['deletion']);
  await one();
  expect([await stepsOf(), await isThere()]).toEqual([['waiting: frozen'], true]);
  await freeze([]);
  await hurry();
  await one();
  await settle();
  await hurry();
  await one();
  expect(await stepsOf()).toEqual(['executed: removing']);
  await freeze(['deletion']);
  const objects = async () => {
    const keys: string[] = [];
    for await (const { key } of archive.core.store.list('packs/')) keys.push(key);
    return keys;
  };
  const before = await objects();
  await hurry();
  await one();
  expect([await stepsOf(), await objects()]).toEqual([['executed: frozen'], before]);
  await freeze([]);
  await hurry();
  await dispose();
  expect([await stepsOf(), await objects()]).toEqual([['done'], []]);
});

test('a pack that another study needs is waited for; with the last of them it goes', async () => {
  const { approved, stepsOf, hurry, dispose, send, pool, ids } = archive;
  const other = '1.2.40.98765.7';
  await send(slice(5), slice(1, other));
  await approved();
  await one();
  await archive.settle();
  await pool.query('delete from settle_queue');
  await hurry();
  await dispose();
  expect(await stepsOf()).toEqual(['done']);
  const claim = ids.claim('HOSP-A', other);
  const { rows } = await pool.query(
    'select count(*)::int as n from reservations where claim = $1',
    [claim],
  );
  expect(rows[0].n).toBe(1);
});

test('what is stored between start and execution goes with the study, once it is settled', async () => {
  const { approved, stepsOf, send, dispose } = archive;
  await approved();
  await one();
  expect((await send(slice(9))).status).toBe(200);
  await dispose();
  expect([await stepsOf(), await isThere()]).toEqual([['done'], false]);
  expect(await archive.differing()).toEqual({});
});
