import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkEvidence } from '#evidence/check-evidence';
import type { EvidenceLine } from '#evidence/evidence-lines';
import { lastSeal } from '#evidence/postgres/log-seals';
import { studyEvidence } from '#evidence/postgres/study-evidence';
import { onboard, type TestApi, testApi } from '../../apps/archive-api/src/archive-api.testing.js';
import { logRound } from '../../apps/retention-worker/src/evidence/log-round.js';
import { logSealFrom } from '../../apps/retention-worker/src/retention-worker.module.js';
import { sha256 } from '../../libs/evidence/src/merkle.js';
import { type Operator, operatorOf } from '../rebuild/operator.js';
import { archiveCore } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

const ROUNDS_MAX = 600;
const STUDY = '1.2.3';
const uids = (instance: number) => ({
  study: STUDY,
  series: `${STUDY}.1`,
  instance: `${STUDY}.1.${instance}`,
});
const files = [1, 2].map((instance) =>
  part10(ctSlice(uids(instance), { '00200013': ['IS', String(instance)] })),
);

let archive: Awaited<ReturnType<typeof archiveCore>>;
let api: TestApi;
let operator: Operator;
let folder: string;
let claim: string;
let lines: readonly EvidenceLine[];

const ports = () => ({ pool: archive.pool, log: archive.log, keys: archive.ingest.keys });
const exported = () => Array.fromAsync(studyEvidence(ports(), claim));
/** The worker's rounds until yesterday is sealed and that is in the tree; transactions of other tests hold the log back. */
const sealYesterday = async () => {
  const beside = archive.logPlan === undefined ? undefined : archive.log;
  for (let rounds = 0; rounds < ROUNDS_MAX; rounds++) {
    const { taken } = await logRound({ pool: archive.pool, logWithin: logSealFrom(beside) });
    if ((await lastSeal(archive.pool)) !== undefined) return;
    if (taken === 0) await sleep(20);
  }
  throw new Error('nothing was sealed');
};
async function* asText(of: readonly unknown[]) {
  for (const line of of) yield typeof line === 'string' ? line : JSON.stringify(line);
}
const check = (of: readonly unknown[] = lines) => checkEvidence(asText(of), []);
const faults = async (of: readonly unknown[]) =>
  (await check(of)).findings.map(({ what, fault }) => `${what}: ${fault}`);

beforeAll(async () => {
  archive = await archiveCore();
  claim = archive.ingest.ids.claim('HOSP-A', STUDY);
  await archive.send(files);
  await archive.work();
  await sealYesterday();
  lines = await exported();
  await onboard(archive.pool, 'HOSP-A', 'HOSP-B');
  api = await testApi(archive.pool, {
    ...{ ids: archive.ingest.ids, keys: archive.ingest.keys, events: archive.log },
  });
  operator = await operatorOf(archive.url, archive.logPlan);
  folder = await mkdtemp(join(tmpdir(), 'arkim-evidence-'));
});
afterAll(async () => {
  await operator.leave();
  await api.close();
  await archive.close();
  await rm(folder, { recursive: true });
});

describe('an export of a study', () => {
  const eventLine = (type: string) =>
    lines.findIndex((line) => 'event' in line && line.event.type === type);

  test('proves each of its events, and names its instances by their bytes', async () => {
    const digests = files.map((file) => sha256(file).toString('hex')).sort();
    expect(lines.at(-1)).toMatchObject({ instances: digests, key: 'there' });
    expect(await check()).toMatchObject({ claim, unsealed: 0, instances: 2, findings: [] });
    expect(JSON.stringify(lines)).not.toContain(STUDY);
  });

  test('with a changed event is found out', async () => {
    const index = eventLine('InstancesStored');
    const changed = JSON.parse(JSON.stringify(lines[index]).replace('"count":2', '"count":3'));
    expect(await faults(lines.with(index, changed))).toEqual([`event study-${claim}/1: changed`]);
  });

  test('with another time of recording is found out', async () => {
    const index = eventLine('InstancesStored');
    const changed = JSON.parse(
      JSON.stringify(lines[index]).replace(/"recordedAt":"20\d\d/, '"recordedAt":"2001'),
    );
    expect(await faults(lines.with(index, changed))).toEqual([`event study-${claim}/1: changed`]);
  });

  test('that lacks the study or a pack is found out', async () => {
    const without = (index: number) => lines.filter((_line, each) => each !== index);
    expect(await faults(without(eventLine('InstancesStored')))).toContain('the study: missing');
    const packs = await faults(without(eventLine('PackLanded')));
    expect(packs.some((line) => line.endsWith('in no pack that the study names'))).toBe(true);
    expect(await faults(without(0))).toContain('the seal: missing');
    expect(await faults(without(lines.length - 1))).toEqual(['the instances: missing']);
  });

  test('with another instance is found out', async () => {
    const other = 'ab'.repeat(32);
    const last = { ...lines.at(-1), instances: [other] };
    expect(await faults(lines.with(-1, last as EvidenceLine))).toEqual([
      'the root of the study: changed',
      `instance ${other}: in no pack that the study names`,
    ]);
  });

  test('with another seal is found out', async () => {
    const [first] = lines;
    const changed = JSON.parse(JSON.stringify(first).replace(/"size":\d+/, '"size":9'));
    expect(await faults(lines.with(0, changed))).toContain('the seal: changed');
  });

  test.each(['null', '1', '[]', '{}', '{', '{"event":1}', '{"evidence":{}}', '{"instances":null}'])(
    'with a line %s is no export, and harms nobody',
    async (line) => expect((await faults([...lines, line])).length).toBeGreaterThan(0),
  );
});

describe('over HTTP', () => {
  const ask = async (path: string, role = 'records-manager', hospital = 'HOSP-A') =>
    fetch(`${api.url}/governance/evidence/${path}`, {
      headers: { authorization: `Bearer ${await api.token(role, hospital)}` },
    });

  test('seals are read by those who answer for records', async () => {
    const { items, more } = (await (await ask('seals')).json()) as {
      items: { day: string; digest: string; stamps: number }[];
      more: boolean;
    };
    expect([items.length, more, items[0]?.stamps]).toEqual([1, false, 0]);
    const seal = (await (await ask(`seals/${items[0]?.day}`)).json()) as { document: string };
    expect(sha256(seal.document).toString('hex')).toBe(items[0]?.digest);
    expect(seal).toMatchObject({ stamps: [], record: null });
    const day = items[0]?.day;
    expect(await (await ask(`growth?from=${day}&to=${day}`)).json()).toMatchObject({ path: [] });
    expect((await ask('seals', 'radiologist')).status).toBe(403);
  });

  test.each([
    ['seals?limit=0', 400],
    ['seals?after=x', 400],
    ['seals/2026-02-30', 404],
    ['seals/2001-01-01', 404],
    ['growth', 400],
    ['growth?from=2001-01-01&to=2001-01-02', 404],
    [`events/${randomUUID()}`, 404],
    ['events/x', 404],
    [`events/${'a'.repeat(32)}`, 404],
    [`studies/${'0'.repeat(32)}`, 404],
  ])('%s is %i', async (path, status) => expect((await ask(path)).status).toBe(status));

  test('an event is proven by its id', async () => {
    const line = lines[1];
    if (line === undefined || !('event' in line)) throw new Error('events follow the head');
    const proof = await (await ask(`events/${line.event.id}`)).json();
    expect(proof).toMatchObject({ index: line.proof?.index, path: line.proof?.path });
  });

  test('a study is proven to its own hospital alone', async () => {
    const answer = await ask(`studies/${claim}`);
    expect(answer.headers.get('content-type')).toBe('application/x-ndjson');
    expect(
      (await answer.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(lines);
    expect((await ask(`studies/${claim}`, 'records-manager', 'HOSP-B')).status).toBe(404);
    expect((await ask(`studies/${claim}`, 'admin')).status).toBe(403);
  });
});

test('the commands take it out, and check it with no archive', async () => {
  const file = join(folder, 'study');
  expect((await operator.arkim('evidence', 'study', claim, '--out', file)).code).toBe(0);
  expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(lines.length);
  const { code, lines: told } = await operator.arkim('evidence', 'check', file);
  expect([code, told.at(-1)]).toEqual([0, 'no time-stamp that is believed']);
  const seals = await operator.arkim('evidence', 'seals');
  expect(seals.lines).toHaveLength(2);
  expect((await operator.arkim('evidence', 'verify')).code).toBe(0);
});

test('with its key destroyed nothing names its instances, and all of it is still proven', async () => {
  await archive.ingest.keys.destroy(claim);
  const shredded = await exported();
  expect(await check(shredded)).toMatchObject({
    ...{ claim, instances: 0, keyDestroyed: true, findings: [] },
  });
  expect(shredded.length).toBe(lines.length);
  expect((await operator.arkim('evidence', 'verify')).code).toBe(0);
});
