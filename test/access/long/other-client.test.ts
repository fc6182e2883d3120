import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sampleFile } from '../../../apps/archive-api/src/stored-files.testing.js';
import { pythonWithPydicom } from '../../support/judges/pydicom.js';
import type { Who } from '../access-archive.js';
import { type AttackedArchive, attackedArchive } from '../attacked-archive.js';

/** As read_all.py tells of a study. */
type Opened = Readonly<{
  url: string;
  other: number;
  instances: readonly Readonly<{ location: string; study: string; sha256: string }>[];
}>;

const DOCTOR: Who = { organisation: 'HOSP-A', roles: ['physician'], subject: 'doctor' };
const COLLEAGUE: Who = { ...DOCTOR, subject: 'colleague' };
/* What may not go out as it is stored (Implicit VR) would be no byte for byte. */
const FILES = {
  'HOSP-A': ['ct-small/01', 'report/01', 'us-jpeg2000/01'],
  'HOSP-C': ['mr-rle/01', 'dx-chest/01'],
} as const;

let archive: AttackedArchive;
const kept = new Map<string, string>();
beforeAll(async () => {
  archive = await attackedArchive();
  for (const [organisation, paths] of Object.entries(FILES))
    for (const path of paths) {
      const file = await sampleFile(`${organisation}/${path}.dcm`);
      kept.set(createHash('sha256').update(file).digest('hex'), organisation);
      expect((await archive.store({ organisation, roles: ['modality'] }, [file])).status).toBe(200);
    }
  await archive.pool.query(
    `insert into relationships (id, patient, person, organisation, actor, kind, valid_from)
     select claim, patient, person, 'HOSP-A', $1, 'order', now() from study_access where hospital = 'HOSP-C'`,
    [archive.actorOf(DOCTOR)],
  );
});
afterAll(() => archive.close());

async function openedBy(who: Who, other: Who): Promise<readonly Opened[]> {
  const { api } = archive;
  const env = {
    ...process.env,
    ORIGIN: api.url,
    TOKEN: await api.sign(who),
    OTHER_TOKEN: await api.sign(other),
  };
  const script = join(import.meta.dirname, 'read_all.py');
  const { stdout } = await promisify(execFile)(pythonWithPydicom(), [script], { env });
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Opened);
}

test('R-003 R-404: a program that is not ours opens all it may by the addresses of a search, byte for byte, and nobody else does', async () => {
  const opened = await openedBy(DOCTOR, COLLEAGUE);
  const digests = opened.flatMap(({ instances }) => instances.map(({ sha256 }) => sha256));
  expect(digests.toSorted()).toEqual([...kept.keys()].toSorted());
  for (const { url, other, instances } of opened) {
    const isOwn = instances.every(({ sha256 }) => kept.get(sha256) === 'HOSP-A');
    expect([url.includes('/claims/'), other]).toEqual(isOwn ? [false, 200] : [true, 404]);
    for (const { location } of instances) expect(location.startsWith(`${url}/series/`)).toBe(true);
  }
});

test('R-002: who has no reason to see more opens what the own hospital holds, by the same addresses', async () => {
  const opened = await openedBy(COLLEAGUE, DOCTOR);
  const digests = opened.flatMap(({ instances }) => instances.map(({ sha256 }) => sha256));
  expect(digests.every((sha256) => kept.get(sha256) === 'HOSP-A')).toBe(true);
  expect(digests).toHaveLength(FILES['HOSP-A'].length);
});
