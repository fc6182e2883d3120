import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { objectCopies } from '#index/postgres/object-copies';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { SAMPLES, sampleFiles } from '../support/judges/files.js';
import { pythonWithPydicom } from '../support/judges/pydicom.js';

type Verdict = Readonly<{
  sha256: string;
  bytes: number;
  flat: boolean;
  instance: string;
  copy: string;
  failed?: string;
  file?: string;
}>;

/** As the archive has it: smaller pictures tell nothing. */
const PIXEL_BYTES_MIN = 256;
const HOSPITAL = 'HOSP-A';
const TOGETHER = 20;

let archive: ArchiveCore;
let folder: string;
/** Of files that pydicom could copy and whose original the archive stored. */
let judged: Verdict[] = [];
/** The archive's digest of an instance, in hex. */
let digests: ReadonlyMap<string, string>;

beforeAll(async () => {
  archive = await archiveCore();
  folder = await mkdtemp(join(tmpdir(), 'arkim-copies-'));
  const files = sampleFiles().map((file, index) => ({
    source: join(SAMPLES, file),
    copy: join(folder, `${index}.dcm`),
  }));
  const verdicts = await judge(files);
  const readable = files.flatMap((file, index) => {
    const verdict = verdicts[index];
    return verdict === undefined || verdict.failed !== undefined ? [] : [{ ...file, verdict }];
  });
  const stored = new Set<string>();
  for (let start = 0; start < readable.length; start += TOGETHER)
    for (const uid of await send(readable.slice(start, start + TOGETHER))) stored.add(uid);
  /* Some samples have the UID of another: which of them the archive kept isn't asked here. */
  const named = Map.groupBy(readable, ({ verdict }) => verdict.instance);
  const kept = readable.filter(
    ({ verdict }) =>
      named.get(verdict.instance)?.length === 1 &&
      stored.has(verdict.instance) &&
      stored.has(verdict.copy),
  );
  judged = kept.map(({ source, verdict }) => ({ ...verdict, file: relative(SAMPLES, source) }));
  const { rows } = await archive.pool.query('select claim from study_access');
  for (const { claim } of rows) await settleStudy(archive.settle, { claim, hospital: HOSPITAL });
  digests = await readDigests();
});
afterAll(async () => {
  await archive.close();
  await rm(folder, { recursive: true });
});

async function judge(files: readonly Readonly<{ source: string; copy: string }>[]) {
  const script = join(import.meta.dirname, 'copy_files.py');
  const python = spawn(pythonWithPydicom(), [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  python.stdin.end(files.map(({ source, copy }) => `${source}\t${copy}\n`).join(''));
  const verdicts: Verdict[] = [];
  for await (const line of createInterface({ input: python.stdout }))
    verdicts.push(JSON.parse(line) as Verdict);
  return verdicts;
}

/** Sends originals and copies; answers with the instances that are stored. Of two files with one UID the one that came first counts. */
async function send(files: readonly Readonly<{ source: string; copy: string }>[]) {
  const paths = files.flatMap(({ source, copy }) => [source, copy]);
  const job = await archive.send(await Promise.all(paths.map((path) => readFile(path))));
  await archive.work();
  const outcomes = (await archive.receipt(job)) ?? [];
  return outcomes.flatMap(({ outcome, instance }) =>
    outcome === 'stored' && instance !== undefined ? [instance] : [],
  );
}

async function readDigests() {
  const { rows } = await archive.pool.query(
    `select encode(uid_hash, 'hex') as uid, encode(digest, 'hex') as digest from pixel_digests`,
  );
  return new Map(rows.map(({ uid, digest }) => [uid, digest]));
}

const digestOf = (instance: string) =>
  digests.get(archive.ingest.ids.instance(HOSPITAL, instance).toString('hex'));

/** Sets of files that are equal by a name. */
const groups = (named: readonly Readonly<{ name: string; file: string }>[]) =>
  [...Map.groupBy(named, ({ name }) => name).values()]
    .map((members) => members.map(({ file }) => file).toSorted())
    .filter((members) => members.length > 1)
    .toSorted((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));

test('hundreds of real files are judged', () => {
  expect(judged.length).toBeGreaterThan(200);
});

test('a file under other UIDs and of another patient has the digest of its original', () => {
  const differing = judged.filter(({ instance, copy }) => digestOf(instance) !== digestOf(copy));
  expect(differing.map(({ file }) => file)).toEqual([]);
});

test('whatever has pixels that can be told apart has a digest, and nothing else; of a deflated data set nothing is looked at', () => {
  const wrong = judged.filter(
    ({ instance, bytes, flat }) =>
      (digestOf(instance) !== undefined) !== (bytes >= PIXEL_BYTES_MIN && !flat),
  );
  expect(wrong.map(({ file }) => file)).toEqual(['pydicom/image_dfl.dcm']);
});

test('what the archive calls equal is what pydicom calls equal', () => {
  const both = judged.filter(({ instance }) => digestOf(instance) !== undefined);
  const ours = both.map(({ instance, file = '' }) => ({ name: digestOf(instance) ?? '', file }));
  const theirs = both.map(({ sha256, file = '' }) => ({ name: sha256, file }));
  expect(groups(ours)).toEqual(groups(theirs));
});

test('every study with such a file shares it with the study of its copy', async () => {
  const { findable } = archive.ingest;
  const report = await objectCopies({ pool: archive.pool, findable }).report(HOSPITAL);
  const copies = report.copies.reduce((sum, { instances }) => sum + instances, 0);
  expect(copies).toBeGreaterThanOrEqual(
    judged.filter(({ instance }) => digestOf(instance) !== undefined).length / 2,
  );
});
