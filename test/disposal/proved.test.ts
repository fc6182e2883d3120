import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyPackage } from '#evidence/verify-package';
import { newSigner, once } from '../custody/custody-archive.js';
import { giveBack } from '../custody/give-back.js';
import { type DisposalArchive, disposalArchive, STUDY, slice } from './disposal-archive.js';

const signer = newSigner();
const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const OTHER = '1.2.40.98765.2';

let archive: DisposalArchive;
let folder: string;
beforeAll(async () => {
  archive = await disposalArchive();
  folder = await mkdtemp(join(tmpdir(), 'arkim-proved-'));
  await archive.send(slice(1), slice(2));
  await archive.send(slice(1, OTHER, 'PAT-555'));
  await archive.settle();
  await archive.approved();
  await archive.dispose();
});
afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true });
});

test('what a hospital is given back says of the study that it was lawfully disposed of, to who has nothing but Node', async () => {
  expect(await archive.stepsOf()).toEqual(['done']);
  const tar = await giveBack(archive.core, signer, { hospital: 'HOSP-A' });
  const [file, key] = [join(folder, 'hospital.tar'), join(folder, 'archive.pem')];
  await writeFile(file, tar);
  await writeFile(key, publicKey);
  const words = ['infra/verify-package.mjs', file, '--key', key];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  expect(stdout).toContain(`study ${archive.claim}: lawfully disposed of`);
  expect(stdout).toContain(`study ${archive.ids.claim('HOSP-A', OTHER)}: 1 objects unchanged`);
  expect(tar.includes(STUDY)).toBe(false);
  const own = await verifyPackage(once(tar), { publicKey, authorities: [] });
  expect(own.findings).toEqual([]);
});
