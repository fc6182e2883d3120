import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ctSlice, part10 } from '../../support/part10.js';
import { type Answers, answersOf, differences } from '../answers.js';
import { type RunningArchive, startArchive } from '../archive.js';
import { type Caller, callerOf, firstOf, storeResult } from '../ask.js';
import { bytesOf, type DicomWebClient, dicomWebClient } from '../dicom-web-client.js';
import { sha256 } from '../read-dicom.js';
import { judge, type Pair } from './judge.js';
import { bytesUnder, until } from './packs.js';
import { brokenFiles, bytesOfFile, FOLDER, type SoundFile, soundFiles } from './real-files.js';

const EXPLICIT = '1.2.840.10008.1.2.1';
const AS_STORED = 'multipart/related; type="application/dicom"; transfer-syntax=*';
const ROLES = ['modality', 'radiologist'];
const BROKEN_HOSPITAL = 'HOSP-BROKEN';
const BUSY_HOSPITAL = 'HOSP-BUSY';
const FILES_PER_REQUEST = 25;
/** What is kept aside holds on to the landing pack that brought it: so some requests bring many broken files, most none. */
const REQUESTS_PER_MIXED = 4;
const BROKEN_PER_REQUEST = 20;
const LONG_MS = '86400000';

/** PS3.18 §8.7.3: neither Implicit VR nor Big Endian goes out; GE's private variant is implicit inside. */
const NEVER_OUT = ['1.2.840.10008.1.2', '1.2.840.10008.1.2.2', '1.2.840.113619.5.2'];
const DEFLATED = '1.2.840.10008.1.2.1.99';
const LOSSLESS = /^1\.2\.840\.10008\.1\.2\.(5|8\.1|4\.(57|70|80|90|201|202))$/;
/** pydicom reads private values of VR UN as big endian; PS3.5 §6.2.2 says little endian, and so does DCMTK. */
const UNKNOWN_IN_BIG_ENDIAN = [
  'cornerstone3D/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm',
];

/** Every so manieth file, and all that share an instance with another: the whole takes four minutes. */
const EVERY = Number(process.env['ARKIM_TEST_FILES_EVERY'] ?? 1);
const isTaken = (_: unknown, index: number) => index % EVERY === 0;
const sound = soundFiles();
const repeats = new Set(
  sound.filter(({ hospital }) => hospital !== 'HOSP-A').map(({ instance }) => instance),
);
const files = sound.filter((file, index) => isTaken(file, index) || repeats.has(file.instance));
const broken = brokenFiles().filter(isTaken);
const hospitals = [...new Set(files.map(({ hospital }) => hospital))];
const manyOf = (hospital: string) => hospital.replace('HOSP', 'MANY');
const everyHospital = [...hospitals, ...hospitals.map(manyOf), BROKEN_HOSPITAL];
const report: string[] = [];

let folder: string;
let archive: RunningArchive;
let before: Answers;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'arkim-judged-'));
  archive = await startArchive({ ARKIM_SETTLE_QUIET_MS: LONG_MS });
  for (const hospital of [...everyHospital, BUSY_HOSPITAL])
    if (!/^HOSP-[ABC]$/.test(hospital))
      expect((await archive.arkim('onboard', hospital)).code).toBe(0);
});
afterAll(async () => {
  console.log(`real files:\n  ${report.join('\n  ')}`);
  await archive.stop();
  rmSync(folder, { recursive: true });
});

const callers = new Map<string, Promise<Caller>>();
const callerAt = (hospital: string): Promise<Caller> => {
  const known = callers.get(hospital) ?? callerOf(archive, { org: hospital, roles: ROLES });
  callers.set(hospital, known);
  return known;
};
const clientAt = async (hospital: string, accept?: string): Promise<DicomWebClient> =>
  dicomWebClient(archive.origin, (await callerAt(hospital)).token, accept);

/* The client rejects for 409; the answer is the same module. */
async function storeByClient(hospital: string, file: Buffer): Promise<Response> {
  const client = await clientAt(hospital);
  const datasets = [new Uint8Array(file).buffer];
  const [status, text] = await client.storeInstances({ datasets }).then(
    (body) => [200, body] as const,
    (error: { status: number; response: string }) => [error.status, error.response] as const,
  );
  return new Response(text, { status });
}

const path = ({ study, series, instance }: SoundFile) => ({
  studyInstanceUID: study,
  seriesInstanceUID: series,
  sopInstanceUID: instance,
});

/** Counts by what was counted, most frequent first, for the report. */
function counted(title: string, items: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  const rows = [...counts].sort(([, one], [, other]) => other - one);
  report.push(title, ...rows.map(([item, count]) => `  ${String(count).padStart(5)}  ${item}`));
}

test('every sound file is stored by a request of its own', async () => {
  const outcomes: string[] = [];
  const notStored: string[] = [];
  for (const { name, hospital, instance } of files) {
    const result = await storeResult(await storeByClient(hospital, bytesOfFile(name)));
    outcomes.push(`${hospital.replace(/D\d+/, 'D…')}: ${result.status}`);
    if (result.status !== 200 || result.stored[0] !== instance)
      notStored.push(`${name} ${JSON.stringify(result)}`);
  }
  counted(`${files.length} sound files, one by one, over ${hospitals.length} hospitals`, outcomes);
  expect(notStored).toEqual([]);
});

test('every sound file is stored in requests of many, beside broken ones', async () => {
  const notStored: string[] = [];
  let requests = 0;
  const strays = broken.filter(({ isTwin }) => !isTwin);
  for (const hospital of hospitals) {
    const own = files.filter((file) => file.hospital === hospital);
    for (let at = 0; at < own.length; at += FILES_PER_REQUEST) {
      const some = own.slice(at, at + FILES_PER_REQUEST);
      const isMixed = requests % REQUESTS_PER_MIXED === 0;
      const beside = strays.splice(0, isMixed ? BROKEN_PER_REQUEST : 0);
      const caller = await callerAt(manyOf(hospital));
      const bodies = [...some, ...beside].map(({ name }) => bytesOfFile(name));
      const result = await storeResult(await caller.store(bodies));
      requests++;
      expect(result.stored.length + result.failed.length + result.nameless.length).toBe(
        bodies.length,
      );
      const stored = new Set(result.stored);
      notStored.push(...some.filter((file) => !stored.has(file.instance)).map(({ name }) => name));
    }
  }
  report.push(`${files.length} sound files in ${requests} requests of up to ${FILES_PER_REQUEST}`);
  expect(notStored).toEqual([]);
});

test('every sound file is found as study, as series and as instance', async () => {
  for (const file of files) {
    const client = await clientAt(file.hospital);
    const { study, series, instance, name } = file;
    const queries = { StudyInstanceUID: study };
    const studies = await client.searchForStudies({ queryParams: queries });
    expect([name, studies.map((found) => firstOf(found, '0020000D'))]).toEqual([name, [study]]);
    const query = { queryParams: { SeriesInstanceUID: series } };
    const within = await client.searchForSeries({ studyInstanceUID: study, ...query });
    expect([name, within.map((found) => firstOf(found, '0020000E'))]).toEqual([name, [series]]);
    const queryParams = { SOPInstanceUID: instance };
    const found = await client.searchForInstances({ ...path(file), queryParams });
    expect([name, found.map((item) => firstOf(item, '00080018'))]).toEqual([name, [instance]]);
    const many = await callerAt(manyOf(file.hospital));
    expect(await many.search(`/instances?SOPInstanceUID=${instance}`)).toHaveLength(1);
  }
  report.push(`${files.length} found on three levels, and in the other hospital`);
});

test('every sound file comes back byte by byte, or with an equal data set where its encoding may not go out', async () => {
  const pairs: Pair[] = [];
  const ways: string[] = [];
  for (const [index, file] of files.entries()) {
    const original = bytesOfFile(file.name);
    const client = await clientAt(file.hospital, AS_STORED);
    const body = bytesOf(await client.retrieveInstance(path(file)));
    const isSame = body.equals(original);
    ways.push(`${file.transferSyntax}: ${isSame ? 'byte-equal' : 'converted'}`);
    if (isSame) continue;
    expect([file.name, NEVER_OUT.includes(file.transferSyntax)]).toEqual([file.name, true]);
    const ours = join(folder, `stored-${index}.dcm`);
    writeFileSync(ours, body);
    pairs.push({ name: file.name, original: join(FOLDER, file.name), ours, decoded: false });
  }
  counted('retrieved with transfer-syntax=*', ways);
  expectEqualDataSets(pairs);
});

test('every sound file comes back by default as PS3.18 §8.7.3 wants it', async () => {
  const pairs: Pair[] = [];
  const ways: string[] = [];
  for (const [index, file] of files.entries()) {
    const original = bytesOfFile(file.name);
    const client = await clientAt(file.hospital);
    const body = bytesOf(await client.retrieveInstance(path(file)));
    const isSame = body.equals(original);
    const isDecoded = LOSSLESS.test(file.transferSyntax);
    const isConverted = isDecoded || [...NEVER_OUT, DEFLATED].includes(file.transferSyntax);
    ways.push(`${file.transferSyntax}: ${isSame ? 'byte-equal' : 'converted'}`);
    expect([file.name, !isSame]).toEqual([file.name, isConverted]);
    if (isSame) continue;
    const ours = join(folder, `default-${index}.dcm`);
    writeFileSync(ours, body);
    const pair = { name: file.name, original: join(FOLDER, file.name), ours };
    pairs.push({ ...pair, decoded: isDecoded });
  }
  counted('retrieved by default', ways);
  expectEqualDataSets(pairs);
});

function expectEqualDataSets(pairs: readonly Pair[]): void {
  const verdicts = judge(pairs);
  const excused = verdicts.filter(({ name }) => UNKNOWN_IN_BIG_ENDIAN.includes(name));
  const wrong = verdicts.filter(
    ({ fault, syntax, differences: found }) =>
      fault !== undefined || syntax !== EXPLICIT || found?.length !== 0,
  );
  report.push(`  judged by pydicom: ${verdicts.length}, unequal: ${wrong.length}`);
  expect(wrong.filter((verdict) => !excused.includes(verdict))).toEqual([]);
  for (const { name, dcmtk } of verdicts)
    if (dcmtk !== undefined && dcmtk !== null) expect([name, dcmtk]).toEqual([name, []]);
}

test('first and last frame are those that pydicom cuts out of the file', async () => {
  const compared: string[] = [];
  for (const file of files.filter(({ frames }) => frames > 0)) {
    const caller = await callerAt(file.hospital);
    const { study, series, instance } = file;
    const address = `/dicom-web/studies/${study}/series/${series}/instances/${instance}`;
    const digests: string[] = [];
    for (const number of [1, file.frames]) {
      const accept = 'application/octet-stream; transfer-syntax=*';
      const answer = await caller.ask(`${address}/frames/${number}`, { accept });
      expect([file.name, number, answer.status]).toEqual([file.name, number, 200]);
      digests.push(sha256(Buffer.from(await answer.arrayBuffer())));
    }
    expect([file.name, digests]).toEqual([file.name, file.ends]);
    compared.push(file.transferSyntax);
    const beyond = await caller.ask(`${address}/frames/${file.frames + 1}`);
    expect([file.name, beyond.status]).toEqual([file.name, 404]);
  }
  counted('instances whose first and last frame are equal to those of pydicom', compared);
});

test('metadata of every study names every instance of it', async () => {
  for (const hospital of hospitals) {
    const client = await clientAt(hospital);
    const own = files.filter((file) => file.hospital === hospital);
    for (const study of new Set(own.map((file) => file.study))) {
      const metadata = await client.retrieveStudyMetadata({ studyInstanceUID: study });
      const expected = own.filter((file) => file.study === study).map(({ instance }) => instance);
      expect(metadata.map((object) => firstOf(object, '00080018')).sort()).toEqual(expected.sort());
    }
  }
});

test('every broken file is kept, or refused, or kept aside, each with its reason; the archive stays up', async () => {
  const outcomes: string[] = [];
  const failed: number[] = [];
  for (const { name } of broken) {
    const bytes = bytesOfFile(name);
    const answer = await storeByClient(BROKEN_HOSPITAL, bytes);
    expect([name, [200, 409].includes(answer.status)]).toEqual([name, true]);
    const { stored, failed: named, nameless } = await storeResult(answer);
    const reasons = [...named.map(([, reason]) => Number(reason)), ...nameless];
    expect([name, stored.length + reasons.length]).toEqual([name, 1]);
    const source = name.split('/')[1] ?? '';
    const reason = reasons[0]?.toString(16).padStart(4, '0');
    outcomes.push(`${source}: ${reason === undefined ? 'kept' : `failed ${reason}`}`);
    if (reasons.length > 0) failed.push(bytes.length);
  }
  counted(`${broken.length} broken files, one by one`, outcomes);
  const listed = await archive.arkim('quarantine', 'list', '--hospital', BROKEN_HOSPITAL);
  expect(listed.code).toBe(0);
  const lines = listed.stdout
    .trim()
    .split('\n')
    .map((line) => line.split('  '));
  counted(
    'kept aside',
    lines.map(([, , , why = '']) => why),
  );
  report.push(`  refused outright: ${failed.length - lines.length}`);
  const sizes = [...failed];
  for (const [, , , , size = ''] of lines) {
    const at = sizes.indexOf(Number.parseInt(size, 10));
    expect(at).toBeGreaterThanOrEqual(0);
    sizes.splice(at, 1);
  }
  expect((await fetch(`${archive.origin}/health/ready`)).status).toBe(200);
});

test('what is stored of the broken files is answered on every route, or refused with a problem', async () => {
  const caller = await callerAt(BROKEN_HOSPITAL);
  const statuses: string[] = [];
  for (const instance of await caller.search('/instances')) {
    const { pathname } = new URL(firstOf(instance, '00081190'));
    for (const route of await routesOf(caller, pathname)) {
      const answer = await caller.ask(route);
      const isWhole = await answer.arrayBuffer().then(Boolean, () => false);
      statuses.push(`${kindOf(route, pathname)}: ${answer.status}`);
      expect([route, isWhole, answer.status < 500]).toEqual([route, true, true]);
    }
  }
  counted('broken files that were kept, retrieved', statuses);
});

const EVERY_WAY = [
  '',
  '?accept=application/dicom;transfer-syntax=*',
  '/metadata',
  '/metadata?accept=multipart/related;type="application/dicom%2Bxml"',
  '/frames/1',
  '/frames/1?accept=application/octet-stream;transfer-syntax=*',
  '/frames/1?accept=image/jpeg',
  '/frames/1,2',
  '/rendered',
  '/thumbnail',
];

/* Every address under which something of an instance may be had: its own, its bulk data, its series and study, the URI Service. */
async function routesOf(caller: Caller, pathname: string): Promise<readonly string[]> {
  const [, , , study, , series, , uid] = pathname.split('/');
  const [seriesPath = '', studyPath = ''] = [
    pathname.split('/instances')[0],
    pathname.split('/series')[0],
  ];
  const metadata = await caller.ask(`${pathname}/metadata`);
  const addresses = [...(await metadata.text()).matchAll(/"BulkDataURI":"([^"]+)"/g)];
  const bulk = new Set(addresses.map(([, address = '']) => new URL(address).pathname));
  return [
    ...EVERY_WAY.map((rest) => pathname + rest),
    ...bulk,
    seriesPath,
    `${seriesPath}/metadata`,
    `${seriesPath}/instances?includefield=all`,
    studyPath,
    `${studyPath}/metadata`,
    `${studyPath}/series?includefield=all`,
    `/wado?requestType=WADO&studyUID=${study}&seriesUID=${series}&objectUID=${uid}`,
  ];
}

const kindOf = (route: string, pathname: string): string => {
  if (!route.startsWith(pathname)) return route.startsWith('/wado') ? '/wado' : 'series or study';
  return route.slice(pathname.length).split(/[?\d]/)[0] || '/';
};

test('the conflicts of one hospital are kept aside and can be resolved', async () => {
  const [first, second] = files.filter(({ hospital }) => hospital === 'HOSP-B');
  if (first === undefined || second === undefined) throw new Error('no file repeats a UID');
  for (const { name, instance } of [first, second]) {
    const result = await storeResult(await storeByClient('HOSP-A', bytesOfFile(name)));
    expect(result).toMatchObject({ status: 409, failed: [[instance, 0x0111]] });
  }
  const list = async () =>
    (await archive.arkim('quarantine', 'list', '--hospital', 'HOSP-A')).stdout
      .split('\n')
      .filter((line) => line.includes('conflict'))
      .map((line) => line.split('  '));
  const [one, other] = await list();
  const out = join(folder, 'exported');
  expect((await archive.arkim('quarantine', 'export', one?.[0] ?? '', '--out', out)).code).toBe(0);
  const received = [first, second].map(({ name }) => sha256(bytesOfFile(name)));
  expect(received).toContain(sha256(readFileSync(out)));
  const accepted = await archive.arkim('quarantine', 'accept', one?.[0] ?? '');
  expect(accepted).toMatchObject({ code: 0, stdout: expect.stringMatching(/^stored as 2\.25\./) });
  const uid = accepted.stdout.trim().split(' ').at(-1) ?? '';
  const caller = await callerAt('HOSP-A');
  expect(await caller.search(`/instances?SOPInstanceUID=${uid}`)).toHaveLength(1);
  const back = join(folder, 'returned');
  const returned = await archive.arkim('quarantine', 'return', other?.[0] ?? '', '--out', back);
  expect(returned.code).toBe(0);
  expect(received).toContain(sha256(readFileSync(back)));
  expect(await list()).toEqual([]);
});

/* One instance after the other, each found at once, until it's done; their number. */
async function storeUntil(done: Promise<unknown>): Promise<number> {
  const caller = await callerAt(BUSY_HOSPITAL);
  let isDone = false;
  const end = () => {
    isDone = true;
  };
  done.then(end, end);
  let stored = 0;
  while (!isDone) {
    stored++;
    const study = `1.2.95.${stored % 3}`;
    const instance = `${study}.1.${stored}`;
    const file = part10(ctSlice({ study, series: `${study}.1`, instance }));
    expect((await caller.store([file])).status).toBe(200);
    expect(await caller.search(`/instances?SOPInstanceUID=${instance}`)).toHaveLength(1);
  }
  return stored;
}

const allAnswers = async (): Promise<Answers> => {
  const all = new Map<string, string>();
  for (const hospital of everyHospital)
    for (const [asked, answer] of await answersOf(hospital, await callerAt(hospital)))
      all.set(asked, answer);
  return all;
};
const expectVerified = async () => {
  const { code, stdout, stderr } = await archive.arkim('verify');
  expect([code, stdout, stderr]).toEqual([0, expect.stringContaining(' 0 damaged'), stderr]);
  return stdout.trim();
};

test('verify finds every byte of the landing packs', async () => {
  report.push(`verify before settling: ${await expectVerified()}`);
});

test('a rebuild changes no answer, while reads and stores go on', async () => {
  before = await allAnswers();
  const rebuilding = archive.arkim('rebuild', '--all');
  const stored = await storeUntil(rebuilding);
  const { code, stdout } = await rebuilding;
  expect([code, stdout]).toEqual([0, expect.stringContaining('is in use')]);
  const caller = await callerAt(BUSY_HOSPITAL);
  expect(await caller.search('/instances')).toHaveLength(stored);
  report.push(`${stored} instances stored and found while the rebuild ran`);
  const changed = differences(before, await allAnswers());
  report.push(
    `${before.size} answers compared after a rebuild: ${stdout.trim().split('\n').at(-1)}`,
  );
  expect(changed).toEqual([]);
});

test('after settling the bytes lie in settled packs, and no answer has changed', async () => {
  archive = await archive.restart({ ARKIM_SETTLE_QUIET_MS: '2000' });
  const wanted = 2 * files.reduce((sum, { name }) => sum + statSync(join(FOLDER, name)).size, 0);
  await until(() => bytesUnder(archive, 'settled') > wanted);
  report.push(
    `settled: ${mb(bytesUnder(archive, 'settled'))} MB, landing: ${mb(bytesUnder(archive, 'landing'))} MB`,
  );
  const changed = differences(before, await allAnswers());
  expect(changed).toEqual([]);
});

test('after a rebuild over settled packs no answer has changed either', async () => {
  const { code, stdout } = await archive.arkim('rebuild', '--all');
  expect([code, stdout]).toEqual([0, expect.stringContaining('is in use')]);
  expect(differences(before, await allAnswers())).toEqual([]);
});

test('landing packs that nothing names go, and verify finds every byte', async () => {
  await until(() => bytesUnder(archive, 'landing') < bytesUnder(archive, 'settled') / 2);
  report.push(`landing packs that stay: ${mb(bytesUnder(archive, 'landing'))} MB`);
  report.push(`verify after settling: ${await expectVerified()}`);
  expect(differences(before, await allAnswers())).toEqual([]);
});

test('export gives every file byte by byte', async () => {
  let exported = 0;
  for (const hospital of [...hospitals, ...hospitals.map(manyOf)]) {
    const out = join(folder, `export-${hospital}`);
    const { code, stderr } = await archive.arkim('export', '--hospital', hospital, '--out', out);
    expect([hospital, code, stderr]).toEqual([hospital, 0, stderr]);
    const own = ({ hospital: first }: SoundFile) => [first, manyOf(first)].includes(hospital);
    for (const file of files.filter(own)) {
      const written = join(out, file.study, file.series, `${file.instance}.dcm`);
      const isEqual = readFileSync(written).equals(bytesOfFile(file.name));
      expect([file.name, isEqual]).toEqual([file.name, true]);
      exported++;
    }
  }
  report.push(`${exported} files exported byte by byte`);
});

const mb = (bytes: number) => Math.round(bytes / 1e6);
