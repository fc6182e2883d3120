import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import { openDemoIssuer } from '#platform/demo-issuer';
import { masterKeyFiles } from '#platform/master-key-files';
import { ensureSecrets } from '#platform/secrets';
import { openFileObjectStore } from '#storage/filesystem/file-object-store';
import { verifyPack } from '#storage/read-pack';
import { readPlace } from '#storage/read-place';
import { sweep } from '#storage/sweep';
import { namedPacks } from '../../apps/retention-worker/src/sweep/named-packs.js';
import { type ArchiveCore, archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';
import { type EdgeRun, sendToEdge } from './edge-process.js';

const DAY_MS = 86_400_000;
const TOKEN_S = 3_600;
const BOUNDARY = 'edge';

/** Same length for each request, so that each takes the same steps. */
const studyOf = (request: number) => `2.25.${1_000 + request}`;

const filesOf = (request: number): readonly Buffer[] => [
  ...[1, 2].map((instance) => {
    const study = studyOf(request);
    return part10(ctSlice({ study, series: `${study}.1`, instance: `${study}.1.${instance}` }, {}));
  }),
  Buffer.from(`no image ${1_000 + request}`),
];

/** Where a request lands: a short body of announced length in the database, in the commit of its job (ADR 18), any other in a file. */
export type Landing = 'file' | 'database';

const ROWS: Readonly<Record<Landing, readonly string[]>> = {
  file: ['F1', 'F2', 'F3'],
  database: ['F1', 'F3'],
};

/** One archive with a worker at work; each request goes to an edge process of its own. */
async function crashEdge(landing: Landing) {
  const dataFolder = await mkdtemp(join(tmpdir(), 'arkim-crash-edge-'));
  const faults: unknown[] = [];
  const root = join(dataFolder, 'objects');
  const store = await openFileObjectStore({ root, report: (fault) => faults.push(fault) });
  const archive = await archiveCore(store);
  const { pool, url } = archive;
  await ensureSecrets(dataFolder, pool);
  await masterKeyFiles(dataFolder).make(1);
  await pool.query(`insert into hospitals values ('HOSP-A', 'Hospital A', now())`);
  const token = await tokenOf(dataFolder);
  let over = false;
  const working = (async () => {
    for (; !over; await delay(10)) await archive.work();
  })();
  return {
    archive,
    send: (request: number, crashAt?: number): Promise<EdgeRun> => {
      const plan = { url, dataFolder, ...(crashAt === undefined ? {} : { crashAt }) };
      return sendToEdge(plan, storeRequest(token, filesOf(request), landing));
    },
    /** What is there: landing packs, and jobs. */
    left: async () => ({
      packs: (await Array.fromAsync(archive.store.list('packs/landing/'))).length,
      jobs: (await pool.query('select 1 from ingest_jobs')).rowCount ?? 0,
    }),
    close: async () => {
      over = true;
      await working;
      await archive.close();
      store.close();
      await rm(dataFolder, { recursive: true });
      expect(faults).toEqual([]);
    },
  };
}

type CrashEdge = Awaited<ReturnType<typeof crashEdge>>;

const tokenOf = async (dataFolder: string) => {
  const issuer = await openDemoIssuer(dataFolder);
  return issuer.sign({
    organisation: 'HOSP-A',
    roles: ['modality'],
    subject: 'simulation',
    issuedAtS: Math.floor(Date.now() / 1000),
    lifetimeS: TOKEN_S,
  });
};

const storeRequest = (token: string, files: readonly Buffer[], landing: Landing): Buffer => {
  const parts = Buffer.concat([
    ...files.flatMap((file) => [
      Buffer.from(`--${BOUNDARY}\r\nContent-Type: application/dicom\r\n\r\n`),
      file,
      Buffer.from('\r\n'),
    ]),
    Buffer.from(`--${BOUNDARY}--\r\n`),
  ]);
  const head = [
    'POST /dicom-web/studies HTTP/1.1',
    'Host: archive.test',
    `Authorization: Bearer ${token}`,
    `Content-Type: multipart/related; type="application/dicom"; boundary=${BOUNDARY}`,
    landing === 'file' ? 'Transfer-Encoding: chunked' : `Content-Length: ${parts.length}`,
    'Connection: close',
  ];
  const body = landing === 'file' ? inOneChunk(parts) : parts;
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body]);
};

const inOneChunk = (bytes: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`${bytes.length.toString(16)}\r\n`),
    bytes,
    Buffer.from('\r\n0\r\n\r\n'),
  ]);

/**
 * Kills the edge at every `every`-th step of taking a request, and sends the request again to another edge: it gets the answer that it
 * would have got without the kill, from one job, and what the dead edge left is what the rows F1, F2 and F3 say.
 */
export async function killEdgeAtSteps(landing: Landing, every: number): Promise<void> {
  const edge = await crashEdge(landing);
  const whole = await edge.send(0);
  expect(whole).toMatchObject({ killed: false, answer: { status: '202' } });
  const rows: string[] = [];
  for (let crashAt = 1; crashAt <= whole.steps; crashAt += every) {
    const before = await edge.left();
    const dead = await edge.send(crashAt, crashAt);
    expect(dead.killed).toBe(true);
    rows.push(rowOf(before, await edge.left()));
    const { answer } = await edge.send(crashAt);
    const body = whole.answer?.body.replaceAll(studyOf(0), studyOf(crashAt));
    expect(answer).toEqual({ status: '202', body });
    if (dead.answer !== undefined) expect(answer).toEqual(dead.answer);
    expect((await edge.left()).jobs).toBe(before.jobs + 1);
    await expectStored(edge.archive, crashAt);
  }
  expect(rows).toEqual([...rows].sort());
  expect([...new Set(rows)]).toEqual(ROWS[landing]);
  const orphans = landing === 'file' ? rows.filter((row) => row !== 'F1').length : 0;
  await checkAfterSweep(edge, rows, orphans);
  await edge.close();
}

type Left = Awaited<ReturnType<CrashEdge['left']>>;

/** The row of docs/failure-states.md that says so. */
const rowOf = (before: Left, after: Left): string => {
  const made = `${after.packs - before.packs} packs, ${after.jobs - before.jobs} jobs`;
  return (
    { '0 packs, 0 jobs': 'F1', '1 packs, 0 jobs': 'F2', '1 packs, 1 jobs': 'F3' }[made] ?? made
  );
};

const expectStored = async (archive: ArchiveCore, request: number) => {
  archive.passTime(10_000);
  const { ids, findable } = archive.ingest;
  const study = studyOf(request);
  const view = await findable.series(ids.series('HOSP-A', study, `${study}.1`), { fresh: true });
  const kept = await Promise.all(
    (view?.ordered ?? []).map(({ place }) => readPlace(archive.store, place)),
  );
  expect(kept).toEqual(filesOf(request).slice(0, 2));
};

/** The packs that nothing names, one for each request that was landed twice in files, go after a day; nothing else does. */
const checkAfterSweep = async (
  { archive, left }: CrashEdge,
  rows: readonly string[],
  orphans: number,
) => {
  const { pool, store } = archive;
  const { packs } = await left();
  const swept = await sweep(store, {
    nowMs: Date.now() + 2 * DAY_MS,
    ageMs: DAY_MS,
    named: (asked) => namedPacks(pool, archive.log.lastTypes, asked),
    dryRun: false,
  });
  expect(swept.removed).toBe(orphans);
  expect((await left()).packs).toBe(packs - swept.removed);
  for (const { data } of await archive.facts('PackLanded')) {
    const verdict = await verifyPack(store, (data as { key: string }).key);
    expect(verdict).toMatchObject({ mismatches: [] });
    expect(verdict?.damage).toBeUndefined();
  }
  expect(await archive.rebuildTable('quarantine')).toMatchObject({ shown: [] });
  const aside = await pool.query('select 1 from quarantine');
  expect(aside.rowCount).toBe(rows.length + 1);
};
