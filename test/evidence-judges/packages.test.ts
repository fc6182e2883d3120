import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { askTimeStamp } from '#evidence/ask-time-stamp';
import { readCertificates } from '#evidence/check-time-stamp';
import { lastSeal, stampsOfDay, unstampedSeals } from '#evidence/postgres/log-seals';
import { verifyPackage } from '#evidence/verify-package';
import { stampRound } from '../../apps/retention-worker/src/evidence/stamp-round.js';
import {
  type CustodyArchive,
  custodyArchive,
  newSigner,
  once,
} from '../custody/custody-archive.js';
import { giveBack } from '../custody/give-back.js';
import { sealUntil } from '../custody/seal-yesterday.js';
import { type LocalAuthority, localAuthority } from './local-authority.js';

const signer = newSigner();
const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const { signal } = new AbortController();

let archive: CustodyArchive;
let authority: LocalAuthority;
let another: LocalAuthority;
let folder: string;
let claim: string;
let tar: Buffer;

const trustedBy = async ({ caFile }: LocalAuthority) =>
  readCertificates(await readFile(caFile, 'utf8'));

beforeAll(async () => {
  [archive, authority, another, folder] = await Promise.all([
    custodyArchive(),
    localAuthority(),
    localAuthority(),
    mkdtemp(join(tmpdir(), 'arkim-packages-')),
  ]);
  const { pool, log } = archive;
  ({ claim } = await archive.hold('1.2.80', 'HOSP-A', 2));
  await sealUntil(archive, async () => (await lastSeal(pool)) !== undefined);
  const { url } = authority;
  const trusted = await trustedBy(authority);
  const days = await stampRound(
    {
      log,
      unstamped: (limit) => unstampedSeals(pool, limit),
      ask: (hash, stop) => askTimeStamp({ url, trusted, random: randomBytes }, hash, stop),
    },
    signal,
  );
  await sealUntil(archive, async () => (await stampsOfDay(pool, days[0] ?? '')).length > 0);
  tar = await giveBack(archive, signer, { hospital: 'HOSP-A', claim });
  await writeFile(join(folder, 'package.tar'), tar);
  await writeFile(join(folder, 'archive.pem'), publicKey);
});
afterAll(async () => {
  await Promise.all([archive.close(), authority.close(), another.close()]);
  await rm(folder, { recursive: true });
});

const withoutLibs = async ({ caFile }: LocalAuthority) => {
  const stamper = join(dirname(caFile), 'stamper.pem');
  const args = [join(folder, 'package.tar'), '--key', join(folder, 'archive.pem')];
  return promisify(execFile)(process.execPath, [
    'infra/verify-package.mjs',
    ...args,
    '--tsa',
    stamper,
  ]).then(
    ({ stdout }) => ({ code: 0, stdout }),
    ({ code, stdout }: { code: number; stdout: string }) => ({ code, stdout }),
  );
};

test('a package and the certificate of the authority alone tell that a study is unchanged, and since when', async () => {
  const trust = { publicKey, authorities: await trustedBy(authority) };
  const { findings, studies } = await verifyPackage(once(tar), trust);
  expect(findings).toEqual([]);
  const [study] = studies;
  expect(study).toMatchObject({ claim, isSound: true, objects: 2 });
  expect(study?.proven).toBe(study?.events);
  expect(study?.stampedAt).toMatch(/^\d{4}-\d\d-\d\dT/);
  const { code, stdout } = await withoutLibs(authority);
  expect([code, stdout]).toEqual([0, expect.stringContaining(', stamped 20')]);
});

test('a stamp of whom nobody believes counts for nothing', async () => {
  const trust = { publicKey, authorities: await trustedBy(another) };
  const { findings } = await verifyPackage(once(tar), trust);
  expect(findings).toMatchObject([{ fault: 'stamp-wrong' }]);
  const { code, stdout } = await withoutLibs(another);
  expect([code, stdout]).toEqual([1, expect.stringContaining('not signed by this authority')]);
});

test('an event that was changed with everything that names it is not what was stamped', async () => {
  const forged = Buffer.from(
    tar.toString('latin1').replaceAll('"recordedAt":"2', '"recordedAt":"1'),
    'latin1',
  );
  const { findings } = await verifyPackage(once(forged), { publicKey, authorities: [] });
  expect(findings.filter(({ what }) => what.startsWith('event '))).not.toEqual([]);
});
