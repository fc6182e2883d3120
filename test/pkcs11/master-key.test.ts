import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SealBroken } from '#events/content-seal';
import { keyRingContract } from '#events/key-ring.contract';
import { openMasterKey } from '#events/open-master-key';
import { pkcs11MasterKey } from '#events/pkcs11/pkcs11-master-key';
import { postgresKeyRing } from '#events/postgres/postgres-key-ring';
import { masterKeyFiles } from '#platform/master-key-files';
import { commands } from '../../apps/archive-cli/src/commands.js';
import { prepareDatabase } from '../../apps/archive-standalone/src/archive-standalone.module.js';
import { type TestDatabase, testDatabase } from '../support/postgres.js';
import { softToken } from './token.js';

let token: Awaited<ReturnType<typeof softToken>>;
let database: TestDatabase;
let data: string;
beforeAll(async () => {
  token = await softToken();
  await open().make(1);
});
afterAll(() => token.remove());
beforeEach(async () => {
  database = await testDatabase();
  data = await mkdtemp(join(tmpdir(), 'arkim-pkcs11-'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await database.close();
  await rm(data, { recursive: true });
});

const open = () => pkcs11MasterKey(token.settings, randomBytes);
const label = 'sealing-key:a';
const versionsOf = async () =>
  [...(await token.listKeys()).matchAll(/arkim master (\d+)/g)]
    .map(([, number]) => Number(number))
    .sort();

keyRingContract(async () => {
  await database.pool.query('truncate sealing_keys');
  return postgresKeyRing(database.pool, { masterKey: open(), random: randomBytes });
});

test('the key stays in the token: OpenSC sees that it can’t be taken out', async () => {
  const listed = await token.listKeys();
  expect(listed).toContain('AES length 32');
  expect(listed).toContain('arkim master 1');
  expect(listed).toMatch(/Access:.*sensitive.*always sensitive.*never extractable/);
});

test('what it wraps opens under the same label only, and not when a byte was changed', async () => {
  const master = open();
  const secrets = [randomBytes(32), randomBytes(32)];
  const wrapped = await master.wrap(
    1,
    secrets.map((bytes) => ({ label, bytes })),
  );
  expect(wrapped[0]).toHaveLength(12 + 32 + 16);
  expect(
    await master.unwrap(
      1,
      wrapped.map((bytes) => ({ label, bytes })),
    ),
  ).toEqual(secrets);
  const first = wrapped[0] ?? Buffer.alloc(0);
  await expect(master.unwrap(1, [{ label: 'sealing-key:b', bytes: first }])).rejects.toThrow(
    SealBroken,
  );
  const changed = Buffer.from(first);
  changed.writeUInt8(changed.readUInt8(20) ^ 1, 20);
  await expect(master.unwrap(1, [{ label, bytes: changed }])).rejects.toThrow(SealBroken);
  await expect(master.unwrap(1, [{ label, bytes: first.subarray(0, 8) }])).rejects.toThrow(
    SealBroken,
  );
  expect(await master.unwrap(1, [{ label, bytes: first }])).toEqual([secrets[0]]);
});

test('a version is made once, and destroyed it is gone', async () => {
  const master = open();
  await master.make(7);
  const wrapped = await master.wrap(7, [{ label, bytes: Buffer.alloc(32) }]);
  await master.make(7);
  expect(await versionsOf()).toEqual([1, 7]);
  await master.destroy(7);
  await master.destroy(7);
  expect(await versionsOf()).toEqual([1]);
  await expect(master.unwrap(7, [{ label, bytes: wrapped[0] ?? Buffer.alloc(0) }])).rejects.toThrow(
    'version 7 of the master key',
  );
});

test('many at once are served one after the other', async () => {
  const master = open();
  const secrets = Array.from({ length: 200 }, () => randomBytes(32));
  const opened = await Promise.all(
    secrets.map(async (bytes) => {
      const [wrapped] = await master.wrap(1, [{ label, bytes }]);
      return (await master.unwrap(1, [{ label, bytes: wrapped ?? Buffer.alloc(0) }]))[0];
    }),
  );
  expect(opened).toEqual(secrets);
});

test('a session that is lost is opened anew', async () => {
  const master = open();
  const [wrapped] = await master.wrap(1, [{ label, bytes: Buffer.alloc(32, 5) }]);
  await master.close();
  expect(await master.unwrap(1, [{ label, bytes: wrapped ?? Buffer.alloc(0) }])).toEqual([
    Buffer.alloc(32, 5),
  ]);
});

test('a start without its token is refused in one line', async () => {
  await expect(start({ ...token.settings, token: 'another' })).rejects.toThrow(
    'no token of this label',
  );
  const module = join(data, 'none.so');
  await expect(start({ ...token.settings, module })).rejects.toThrow('can’t be loaded');
});

const settings = () => ({
  ARKIM_DATA: data,
  ARKIM_POSTGRES_URL: database.url,
  ARKIM_PKCS11_MODULE: token.settings.module,
  ARKIM_PKCS11_TOKEN: token.settings.token,
  ARKIM_PKCS11_PIN: token.settings.pin,
});
const start = (pkcs11: typeof token.settings | undefined) =>
  prepareDatabase({
    url: database.url,
    migrationsFolder: 'infra/postgres',
    dataFolder: data,
    keys: { ledgerFile: join(data, 'destroyed.ledger'), pkcs11 },
  });
const arkim = async (...args: readonly string[]) => {
  const lines: string[] = [];
  const command = await commands['keys']?.();
  const terminal = { answer: (line: string) => lines.push(line), progress: () => undefined };
  return { code: await command?.run(args, terminal), lines };
};

test('an archive moves its master key from a file into the token by a rotation', async () => {
  await start(undefined);
  const places = { files: masterKeyFiles(data), pkcs11: token.settings };
  const ring = () =>
    postgresKeyRing(database.pool, { ...openMasterKey(places, randomBytes), random: randomBytes });
  const secretOf = async () => {
    const key = (await ring().find(['a'])).get('a');
    return key === undefined || key === 'destroyed' ? key : key.secret.export().toString('hex');
  };
  await ring().ensure(['a', 'b']);
  const secret = await secretOf();
  await start(token.settings);
  for (const [name, value] of Object.entries(settings())) vi.stubEnv(name, value);
  expect((await arkim('rotate')).lines).toEqual(['version 2 wraps all keys; 2 were wrapped anew']);
  expect((await arkim('drop', '--version', '1')).code).toBe(0);
  expect((await readdir(join(data, 'keys'))).sort()).toEqual(['derivation.key', 'lookup.key']);
  expect(await secretOf()).toBe(secret);
  await start(token.settings);
  await expect(start(undefined)).rejects.toThrow('bring it back from the backup');
  expect((await arkim('status')).lines[0]).toMatch(/^version 2 {2}pkcs11 /);
  await open().destroy(2);
  await open().make(1);
});

test('a new archive has its master key in the token from the start', async () => {
  await start(token.settings);
  expect((await readdir(join(data, 'keys'))).sort()).toEqual(['derivation.key', 'lookup.key']);
  const { rows } = await database.pool.query('select version, keeper from master_keys');
  expect(rows).toEqual([{ version: 1, keeper: 'pkcs11' }]);
});
