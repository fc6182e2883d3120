import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import {
  type CustodyArchive,
  custodyArchive,
  flipped,
  newSigner,
  placeOf,
  tamper,
} from './custody-archive.js';
import { giveBack } from './give-back.js';

let archive: CustodyArchive;
let operator: Operator;
let folder: string;
beforeAll(async () => {
  archive = await custodyArchive();
  operator = await operatorOf(archive.url, archive.logPlan);
  folder = await mkdtemp(join(tmpdir(), 'arkim-commands-'));
});
afterAll(async () => {
  await operator.leave();
  await archive.close();
  await rm(folder, { recursive: true });
});

test('arkim fixity shows how far it has come, and ends with 1 when something is damaged', async () => {
  expect(await operator.arkim('fixity')).toEqual({
    code: 0,
    lines: ['nothing was read again yet', '0 packs damaged, 0 healed'],
  });
  const { claim } = await archive.hold('1.2.40');
  const { key, offset } = await placeOf(archive, '1.2.40');
  await tamper(archive, key, flipped(offset));
  await archive.step();
  const { code, lines } = await operator.arkim('fixity', 'show');
  expect([code, lines.at(-1)]).toEqual([1, '1 packs damaged, 0 healed']);
  expect(lines.some((line) => line.startsWith(`${claim}  HOSP-A  `))).toBe(true);
});

test('arkim fixity start asks for a round', async () => {
  expect((await operator.arkim('fixity', 'start')).code).toBe(0);
  const { rows } = await archive.pool.query(
    'select asked_at is not null as asked from fixity_work',
  );
  expect(rows).toEqual([{ asked: true }]);
  await expect(operator.arkim('fixity', 'stop')).rejects.toThrow('fixity show | start');
});

test('arkim verify-package checks what was given back', async () => {
  const { claim } = await archive.hold('1.2.41', 'HOSP-B');
  const signer = newSigner();
  const tar = await giveBack(archive, signer, { hospital: 'HOSP-B' });
  const [file, key] = [join(folder, 'package.tar'), join(folder, 'key.pem')];
  await writeFile(file, tar);
  await writeFile(key, signer.publicKey.export({ type: 'spki', format: 'pem' }));
  const { code, lines } = await operator.arkim('verify-package', file, '--key', key);
  expect([code, lines[0]]).toEqual([
    0,
    expect.stringContaining(`study ${claim}: 1 objects unchanged; 0 of `),
  ]);
  await writeFile(file, tar.subarray(0, tar.length / 2));
  await expect(operator.arkim('verify-package', file)).rejects.toThrow("can't be read");
});

test('arkim restitute refuses a file that is there, and says when bytes are not', async () => {
  const out = join(folder, 'given.tar');
  /* The operator's folder has no objects: those of the archive lie elsewhere. */
  const { code, lines } = await operator.arkim('restitute', '--hospital', 'HOSP-B', '--out', out);
  expect([code, lines]).toEqual([
    1,
    [`1 studies, 1 objects, written to ${out}`, '1 objects are missing or damaged'],
  ]);
  const again = operator.arkim('restitute', '--hospital', 'HOSP-B', '--out', out);
  await expect(again).rejects.toThrow('is there already');
});
