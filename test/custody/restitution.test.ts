import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTar, tarFill, tarHead } from '#evidence/tar';
import { verifyPackage } from '#evidence/verify-package';
import {
  type CustodyArchive,
  custodyArchive,
  flipped,
  newSigner,
  once,
  placeOf,
  tamper,
} from './custody-archive.js';
import { giveBack as packageOf } from './give-back.js';

const signer = newSigner();
const publicKey = signer.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const run = promisify(execFile);

let archive: CustodyArchive;
let folder: string;
beforeAll(async () => {
  archive = await custodyArchive();
  folder = await mkdtemp(join(tmpdir(), 'arkim-custody-'));
  await writeFile(join(folder, 'archive.pem'), publicKey);
});
afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true });
});

const giveBack = (hospital: string, claim?: string): Promise<Buffer> =>
  packageOf(archive, signer, { hospital, claim });

type Read = Readonly<{ path: string; content: Buffer }>;

const filesOf = async (tar: Buffer): Promise<readonly Read[]> => {
  const files: Read[] = [];
  for await (const { path, body } of readTar(once(tar)))
    files.push({ path, content: Buffer.concat(await Array.fromAsync(body)) });
  return files;
};

const tarOf = (files: readonly Read[]): Buffer =>
  Buffer.concat([
    ...files.flatMap(({ path, content }) => [
      tarHead(path, content.length),
      content,
      tarFill(content.length),
    ]),
    Buffer.alloc(1024),
  ]);

/** Both programs judge; they must agree whether it is whole. */
const verifyWithoutLibs = async (tar: Buffer) => {
  const trust = { publicKey, authorities: [] };
  const own = await verifyPackage(once(tar), trust);
  const other = await runWithoutLibs(tar);
  expect(own.findings.length === 0).toBe(other.code === 0);
  for (const { what } of own.findings.filter((one) => one.what.startsWith('objects/')))
    expect(other.lines.join('\n')).toContain(what);
  return other;
};

const runWithoutLibs = async (tar: Buffer) => {
  const file = join(folder, `${randomUUID()}.tar`);
  await writeFile(file, tar);
  const key = join(folder, 'archive.pem');
  return run(process.execPath, ['infra/verify-package.mjs', file, '--key', key]).then(
    ({ stdout }) => ({ code: 0, lines: stdout.trim().split('\n') }),
    ({ code, stdout }: { code: number; stdout: string }) => ({
      code,
      lines: stdout.trim().split('\n'),
    }),
  );
};

describe('a package of one study', () => {
  let claim: string;
  let files: readonly Buffer[];
  let tar: Buffer;
  beforeAll(async () => {
    ({ claim, files } = await archive.hold('1.2.50', 'HOSP-A', 3));
    await archive.hold('1.2.51');
    tar = await giveBack('HOSP-A', claim);
  });

  test('holds the bytes as they were received', async () => {
    const objects = (await filesOf(tar)).filter(({ path }) => path.startsWith('objects/'));
    expect(objects.map(({ path }) => path)).toEqual(
      [1, 2, 3].map((instance) => `objects/1.2.50/1.2.50.1/1.2.50.1.${instance}.dcm`),
    );
    expect(objects.map(({ content }) => content)).toEqual(files);
  });
  test('is what tar makes of it too', async () => {
    const file = join(folder, 'study.tar');
    await writeFile(file, tar);
    await run('tar', ['-xf', file, '-C', folder]);
    const path = 'objects/1.2.50/1.2.50.1/1.2.50.1.2.dcm';
    expect(await readFile(join(folder, path))).toEqual(files[1]);
  });
  test('is unchanged, says who has nothing but Node', async () => {
    const { code, lines } = await verifyWithoutLibs(tar);
    expect([code, lines]).toEqual([
      0,
      [
        expect.stringContaining(`study ${claim}: 3 objects unchanged`),
        `1 studies, 0 findings; signed by ${signer.keyId}`,
      ],
    ]);
  });
  test('is the same when its bytes were settled', async () => {
    await archive.settle(claim);
    const settled = await giveBack('HOSP-A', claim);
    expect((await verifyWithoutLibs(settled)).code).toBe(0);
  });
  test('is none of another hospital', async () => {
    const none = await filesOf(await giveBack('HOSP-B', claim));
    expect(none.map(({ path }) => path)).toEqual(['about.json', 'package.json', 'package.sig']);
  });

  describe('that somebody changed', () => {
    const OBJECT = 'objects/1.2.50/1.2.50.1/1.2.50.1.2.dcm';
    const changed = async (
      path: string | RegExp,
      change: (file: Read) => readonly Read[],
    ): Promise<readonly string[]> => {
      const isMeant = (file: Read) =>
        typeof path === 'string' ? file.path === path : path.test(file.path);
      const read = await filesOf(tar);
      expect(read.some(isMeant)).toBe(true);
      const { code, lines } = await verifyWithoutLibs(
        tarOf(read.flatMap((file) => (isMeant(file) ? change(file) : [file]))),
      );
      expect(code).toBe(1);
      return lines;
    };
    const bit = (at: number) => (file: Read) => [
      { ...file, content: flipped(at)(Buffer.from(file.content)) },
    ];
    const gone = () => [];

    test('by a bit in an object names it', async () =>
      expect(await changed(OBJECT, bit(300))).toContain(`${OBJECT}: changed`));
    test('by taking an object out names it', async () =>
      expect(await changed(OBJECT, gone)).toContain(`study ${claim}, ${OBJECT}: missing`));
    test('by putting an object in names it', async () => {
      const other = 'objects/1.2.50/1.2.50.1/1.2.50.1.9.dcm';
      const lines = await changed(OBJECT, (file) => [file, { ...file, path: other }]);
      expect(lines).toContain(`${other}: inserted`);
    });
    test.each(['events', 'objects'])('by a bit in the list of %s names it', async (kind) => {
      const lines = await changed(new RegExp(`/${kind}-0001.jsonl$`), (file) => [
        {
          ...file,
          content: Buffer.from(file.content.toString().replace('sha256":"', 'sha256":"0')),
        },
      ]);
      expect(lines).toContain(`studies/${claim}/${kind}-0001.jsonl: changed`);
    });
    test('by another head of the study shows that it was signed otherwise', async () => {
      const lines = await changed(/study\.json$/, (file) => [
        {
          ...file,
          content: Buffer.from(file.content.toString().replace('"damaged":[]', '"damaged":[ ]')),
        },
      ]);
      expect(lines).toContain('package: changed since it was signed');
    });
    test('by leaving the signature out, or signing it oneself, is not signed', async () => {
      expect(await changed('package.sig', gone)).toContain('package: breaks off: it has no end');
      const forger = newSigner();
      const read = await filesOf(tar);
      const end = read.find(({ path }) => path === 'package.json')!.content;
      const lines = await changed('package.sig', (file) => [
        { ...file, content: Buffer.from(forger.sign(end).toString('base64')) },
      ]);
      expect(lines).toContain('package: not signed by this key');
    });
  });
});

describe('a package of a hospital', () => {
  test('holds all of its studies, and none of others', async () => {
    await archive.hold('1.2.60', 'HOSP-B');
    await archive.hold('1.2.61', 'HOSP-B', 2);
    const tar = await giveBack('HOSP-B');
    const { code, lines } = await verifyWithoutLibs(tar);
    expect([code, lines.at(-1)]).toEqual([0, `2 studies, 0 findings; signed by ${signer.keyId}`]);
  });
  test('says which objects are damaged in the archive, and the check names them', async () => {
    const { key, offset } = await placeOf(archive, '1.2.60', 'HOSP-B');
    await tamper(archive, key, flipped(offset + 7));
    const { key: lost } = await placeOf(archive, '1.2.61', 'HOSP-B');
    await archive.store.remove(lost);
    const { code, lines } = await verifyWithoutLibs(await giveBack('HOSP-B'));
    expect(code).toBe(1);
    expect(lines.filter((line) => line.endsWith('changed'))).toEqual([
      'objects/1.2.60/1.2.60.1/1.2.60.1.1.dcm: changed',
    ]);
    expect(lines.filter((line) => line.endsWith('missing'))).toHaveLength(2);
  });
  test('has a study whose key is destroyed, and says when nothing disposed of it', async () => {
    const { claim } = await archive.hold('1.2.62', 'HOSP-C');
    await archive.ingest.keys.destroy(claim);
    const { code, lines } = await verifyWithoutLibs(await giveBack('HOSP-C', claim));
    expect(code).toBe(1);
    expect(lines).toContain(`study ${claim}: destroyed, and nothing says that it was disposed of`);
  });

  describe('has a study that was disposed of', () => {
    const BATCH = '0'.repeat(32);
    const approval = (capacity: string, approver: string, executeAfter: string) => ({
      type: 'DispositionApproved',
      data: { batch: BATCH, hospital: 'HOSP-A', capacity, approver, executeAfter },
    });
    const tell = async (stream: string, events: readonly { type: string; data: object }[]) => {
      const metadata = { actor: 'a', correlationId: 'c', causationId: 'c' };
      const stored = events.map((event) => ({ id: randomUUID(), schema: 1, ...event }));
      const [expected] = (await archive.log.versions([stream])).values();
      await archive.log.append([{ stream, expected: expected ?? 0, events: stored, metadata }]);
    };
    let claim: string;
    beforeAll(async () => {
      ({ claim } = await archive.hold('1.2.63'));
      await archive.ingest.keys.destroy(claim);
      const studies = [{ claim, policy: 'p', policyVersion: '1', rule: 'r' }];
      await tell(`disposition-batch-${BATCH}`, [
        { type: 'DispositionProposed', data: { batch: BATCH, visaNeeded: false, studies } },
        approval('records', 'one', ''),
      ]);
      await tell(`disposition-${claim}`, [
        { type: 'DispositionExecuted', data: { batch: BATCH, claim, hospital: 'HOSP-A' } },
      ]);
    });

    test('and says what its disposal lacks', async () => {
      const { code, lines } = await verifyWithoutLibs(await giveBack('HOSP-A', claim));
      expect(code).toBe(1);
      expect(lines).toContain(`study ${claim}: disposed of without the approval: medical`);
      expect(lines).toContain(`study ${claim}: approved by one person alone`);
    });
    test('and says that it was lawful when it was', async () => {
      await tell(`disposition-batch-${BATCH}`, [
        approval('medical', 'two', '2020-01-01T00:00:00Z'),
      ]);
      const { code, lines } = await verifyWithoutLibs(await giveBack('HOSP-A', claim));
      expect(lines[0]).toContain(`study ${claim}: lawfully disposed of`);
      expect(code).toBe(0);
    });
  });
});
