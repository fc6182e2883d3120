import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresLog } from '#events/postgres/postgres-log';
import { askTimeStamp } from '#evidence/ask-time-stamp';
import { readCertificates } from '#evidence/check-time-stamp';
import { checkStamps, evidenceRecord } from '#evidence/evidence-record';
import { headDocument } from '#evidence/log-head';
import { allSeals, stampsBefore, stampsOfDay } from '#evidence/postgres/log-seals';
import { renewStamps } from '#evidence/renew-stamps';
import { archiveStamp } from '#evidence/seal-stamp';
import { stampRound } from '../../apps/retention-worker/src/evidence/stamp-round.js';
import { stampingOf } from '../../apps/retention-worker/src/retention-worker.module.js';
import { appendOf } from '../../libs/events/src/event-store.testing.js';
import { rootOfPath } from '../../libs/evidence/src/archive-hash-tree.js';
import { sha256 } from '../../libs/evidence/src/merkle.js';
import { type SealedLogArchive, sealedLogArchive } from '../evidence/sealed-log.js';
import { type LocalAuthority, localAuthority } from './local-authority.js';

const LATER = '2999-01-01T00:00:00Z';
const { signal } = new AbortController();
let authority: LocalAuthority;
let archive: SealedLogArchive;
let stamp: () => Promise<readonly string[]>;

beforeAll(async () => {
  authority = await localAuthority();
  archive = await sealedLogArchive();
  const { url, caFile } = authority;
  const log = postgresLog(archive.pool);
  const stamping = await stampingOf({ timeStamps: { url, caFile } }, archive.pool, log);
  if (stamping === undefined) throw new Error('the settings name an authority');
  stamp = () => stampRound(stamping, signal);
  await archive.append(appendOf('s', 0, 3));
  for (const daysAgo of [5, 4, 3]) await archive.seal(daysAgo);
});
afterAll(async () => {
  await archive.close();
  await authority.close();
});

const trusted = async () => readCertificates(await readFile(authority.caFile, 'utf8'));
const chains = async () => {
  const seals = await allSeals(archive.pool);
  return Promise.all(
    seals.map(async (seal) => ({
      document: headDocument(seal),
      stamps: (await stampsOfDay(archive.pool, seal.day)).map(archiveStamp),
    })),
  );
};

test('a day that no authority answered on is sealed, and stamped later', async () => {
  authority.misbehave(() => Buffer.of());
  await expect(stamp()).rejects.toThrow('no time-stamp');
  authority.misbehave(undefined);
  expect(await stamp()).toHaveLength(3);
  expect(await stamp()).toEqual([]);
  await archive.seal(3);
  expect(await stamp()).toEqual([]);
  for (const { document, stamps } of await chains()) {
    expect(await authority.verify(document, stamps[0]?.token ?? Buffer.of())).toBe(
      'Verification: OK',
    );
    expect(checkStamps(document, stamps, await trusted())).toMatchObject({ ok: true });
    expect(checkStamps(`${document} `, stamps, await trusted())).toMatchObject({ order: 1 });
  }
  expect((await archive.verify()).findings).toEqual([]);
});

test('old stamps are renewed together by one new one, over each of them', async () => {
  const asked = authority.requests();
  const ports = {
    log: postgresLog(archive.pool),
    due: (before: string, limit: number) => stampsBefore(archive.pool, before, limit),
    ask: async (hash: Buffer) =>
      askTimeStamp(
        { url: authority.url, trusted: await trusted(), random: randomBytes },
        hash,
        signal,
      ),
  };
  expect(await renewStamps(ports, '2001-01-01T00:00:00Z', signal)).toBe(0);
  expect(await renewStamps(ports, LATER, signal)).toBe(3);
  expect(await renewStamps(ports, LATER, signal)).toBe(0);
  expect(authority.requests()).toBe(asked + 1);
  await archive.seal(3);
  for (const { document, stamps } of await chains()) {
    expect(stamps).toHaveLength(2);
    expect(checkStamps(document, stamps, await trusted())).toMatchObject({ ok: true });
    const [first, second] = stamps;
    if (first === undefined || second === undefined) throw new Error('there are two');
    const root = rootOfPath(sha256(first.token), second.path);
    expect(root).toBeDefined();
    const other = { ...first, token: second.token };
    expect(checkStamps(document, [other, second], await trusted())).toMatchObject({ order: 1 });
    expect(checkStamps(document, [first, { ...second, path: [] }], await trusted())).toMatchObject({
      order: 2,
    });
  }
});

test('an evidence record is DER with the parts of RFC 4998', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'arkim-ers-'));
  const file = join(folder, 'record.der');
  const [chain] = await chains();
  await writeFile(file, evidenceRecord(chain?.stamps ?? []));
  const { stdout } = await promisify(execFile)('openssl', [
    'asn1parse',
    '-inform',
    'DER',
    '-in',
    file,
  ]);
  await rm(folder, { recursive: true });
  const shallow = stdout
    .split('\n')
    .filter((line) => /:d=[0-4] /.test(line))
    .map((line) =>
      /d=(\d).*(?:cons|prim): *(\S+ ?\[? ?\d* ?\]?)/.exec(line)?.slice(1, 3).join(' '),
    );
  expect(stdout.match(/id-smime-ct-TSTInfo/g)?.length).toBeGreaterThanOrEqual(2);
  expect(shallow.slice(0, 2).map((line) => line?.trim())).toEqual(['0 SEQUENCE', '1 INTEGER']);
  expect(stdout).toContain('cont [ 0 ]');
  expect(stdout).toContain('cont [ 2 ]');
});
