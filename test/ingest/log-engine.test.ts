import { afterEach, beforeEach, expect, test } from 'vitest';
import { bindLog, refuseOtherLog } from '#events/postgres/log-engine';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { placeBeside, type TestLog, testLog } from '../support/log.js';
import { ctSlice, part10 } from '../support/part10.js';

let archive: ArchiveCore;
let kurrent: TestLog;
beforeEach(async () => {
  archive = await archiveCore(undefined, 'within');
  const beside = await testLog(placeBeside());
  if (beside === undefined) throw new Error('a log beside the index');
  kurrent = beside;
});
afterEach(async () => {
  await archive.close();
  await kurrent.close();
});

const storeSomething = async () => {
  const uids = { study: '1.2.3', series: '1.2.3.1', instance: '1.2.3.1.1' };
  await archive.send([part10(ctSlice(uids))]);
  await archive.work();
};
const onboard = () =>
  archive.pool.query(`insert into hospitals values ('HOSP-A', 'Hospital A', now())`);
const fact = (id: string) => ({
  stream: `hospital-${id}`,
  expected: 0,
  events: [
    {
      id: `00000000-0000-4000-8000-00000000000${id}`,
      type: 'HospitalOnboarded',
      schema: 1,
      data: { hospital: id, name: id },
    },
  ],
  metadata: { actor: 'test', correlationId: id, causationId: id },
});
/** As a copy does: everything that the archive's own log holds. */
const copy = async () => {
  const streams = new Set((await archive.facts()).map(({ stream }) => stream));
  for (const stream of streams)
    for await (const { version, metadata, ...event } of archive.log.read(stream))
      await kurrent.log.append([{ stream, expected: version - 1, events: [event], metadata }]);
};

test('an archive whose log is in PostgreSQL is not started on another log, until all of it is copied', async () => {
  const { pool } = archive;
  await storeSomething();
  expect(await bindLog(pool, undefined)).toBeUndefined();
  expect(await bindLog(pool, kurrent.log)).toMatch(/is in PostgreSQL: copy it/);
  expect(await refuseOtherLog(pool, true)).toMatch(/is in PostgreSQL: copy it/);
  await copy();
  expect(await bindLog(pool, kurrent.log)).toBeUndefined();
  expect(await refuseOtherLog(pool, true)).toBeUndefined();
});

test('an archive whose log is elsewhere is not started on PostgreSQL', async () => {
  const { pool } = archive;
  expect(await bindLog(pool, kurrent.log)).toBeUndefined();
  expect(await bindLog(pool, undefined)).toMatch(/is in KurrentDB: set ARKIM_KURRENTDB_URL/);
  expect(await refuseOtherLog(pool, false)).toMatch(/is in KurrentDB/);
});

test('an archive is not started on an emptied log, nor on that of another', async () => {
  const { pool } = archive;
  expect(await bindLog(pool, kurrent.log)).toBeUndefined();
  await onboard();
  expect(await bindLog(pool, kurrent.log)).toMatch(/KurrentDB is empty/);
  await kurrent.log.append([fact('1')]);
  expect(await bindLog(pool, kurrent.log)).toBeUndefined();
  const another = await testLog(placeBeside());
  expect(await bindLog(pool, another?.log)).toMatch(/KurrentDB is empty/);
  await another?.log.append([fact('2')]);
  expect(await bindLog(pool, another?.log)).toMatch(/of another archive/);
  await another?.close();
});

test('a new archive does not take up a log that is there', async () => {
  await kurrent.log.append([fact('1')]);
  expect(await bindLog(archive.pool, kurrent.log)).toMatch(/this archive is new/);
});
