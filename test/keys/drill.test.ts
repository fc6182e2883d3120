import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { keyLedger } from '#events/key-ledger';
import { tellDestructions } from '#events/postgres/tell-destructions';
import { createPool } from '#platform/postgres-pool';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { type ArchiveCore, archiveCore, TEST_SECRETS } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';
import { copyDatabase, dropDatabase, restoringOperator, whereItStands } from './restoring.js';

let archive: ArchiveCore;
let operator: Awaited<ReturnType<typeof restoringOperator>>;
let restored: string | undefined;
let pool: Pool | undefined;
beforeEach(async () => {
  archive = await archiveCore(undefined, 'within');
  operator = await restoringOperator();
});
afterEach(async () => {
  await pool?.end();
  if (restored) await dropDatabase(restored);
  await operator.leave();
  await archive.close();
});

const GONE = {
  uid: '1.2.826.77.1',
  texts: [
    'Verschwunden',
    'verschwunden',
    'PGONE17',
    '19331231',
    'ACCGONE',
    'Knie rechts weg',
    '1.2.826.77.1',
  ],
};
const gone = (instance: number) =>
  part10(
    ctSlice(
      { study: GONE.uid, series: `${GONE.uid}.1`, instance: `${GONE.uid}.1.${instance}` },
      {
        '00100010': ['PN', 'Verschwunden^Vera'],
        '00100020': ['LO', 'PGONE17'],
        '00100030': ['DA', '19331231'],
        '00080050': ['SH', 'ACCGONE'],
        '00081030': ['LO', 'Knie rechts weg'],
      },
    ),
  );
const kept = (instance: number) =>
  part10(ctSlice({ study: '1.3.5', series: '1.3.5.1', instance: `1.3.5.1.${instance}` }));

async function store(...files: readonly Buffer[]) {
  await archive.send(files);
  await archive.work();
}

test('R-406: after an attack an older backup of the database starts with the newest keys, what was destroyed since stays destroyed, and all else is as the log says', async () => {
  const data = join(operator.root, 'data');
  await mkdir(join(data, 'keys'), { recursive: true });
  await writeFile(join(data, 'keys/master.key'), TEST_SECRETS.masterKey);
  await writeFile(join(data, 'keys/lookup.key'), TEST_SECRETS.lookupKey);
  operator.at(archive.url, data);
  const keys = { ledgerFile: operator.ledgerFile, pkcs11: undefined };
  await prepareDatabase({
    url: archive.url,
    migrationsFolder: 'infra/postgres',
    dataFolder: data,
    keys,
  });
  await store(gone(1), gone(2));
  await store(kept(1), kept(2));

  restored = await copyDatabase(archive.url);
  pool = createPool({ url: restored, name: 'test' });
  expect(await whereItStands(pool, GONE.texts)).not.toEqual([]);

  await archive.ingest.keys.destroy(archive.ingest.ids.claim('HOSP-A', GONE.uid));
  await tellDestructions(archive.pool, keyLedger(operator.ledgerFile));
  await operator.arkim('keys', 'rotate');
  await operator.arkim('keys', 'drop', '--version', '1');
  const { lines } = await operator.arkim(
    'keys',
    'backup',
    '--to',
    operator.backups,
    '--recipient',
    operator.recipient,
  );

  const fresh = join(operator.root, 'fresh');
  operator.at(restored, fresh);
  const start = { url: restored, migrationsFolder: 'infra/postgres', dataFolder: fresh, keys };
  await expect(prepareDatabase(start)).rejects.toThrow('from the backup');
  const answered = await operator.arkim(
    'keys',
    'restore',
    '--from',
    lines[0] ?? '',
    '--identity',
    operator.identity,
  );
  expect(answered.code).toBe(0);
  await prepareDatabase(start);

  expect(await whereItStands(pool, GONE.texts)).toEqual([]);
  const { rows } = await pool.query('select study_uid from findable_1.studies');
  expect(rows).toEqual([{ study_uid: '1.3.5' }]);
  expect(await operator.arkim('rebuild', '--all')).toMatchObject({ code: 0 });
  expect(await whereItStands(pool, GONE.texts)).toEqual([]);
});
