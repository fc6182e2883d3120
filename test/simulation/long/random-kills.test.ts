import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { packStream } from '#archive/catalogue';
import type { Log } from '#events/log';
import { openFileObjectStore } from '#storage/filesystem/file-object-store';
import { withSmallPacks } from '#storage/postgres/small-packs';
import { verifyPack } from '#storage/read-pack';
import { type ArchiveProcesses, archiveProcesses, PROGRAMS } from './archive-processes.js';
import { type Random, seededRandom } from './seeded-random.js';
import { type Acknowledged, readsBack, runSender } from './senders.js';

const SEED = 20_261_121;
/** Fewer, to try something out. */
const KILLS = Number(process.env['ARKIM_TEST_KILLS'] || 1_000);
const SENDERS = 4;
const PAUSE_MS_MAX = 500;
/** Kills come so fast that few requests get through; fewer than this would show little. */
const ACKNOWLEDGED_MIN = KILLS / 10;
const READS_PER_KILL = 3;
const KILLS_PER_LINE = 100;
const READ_ATTEMPTS_MAX = 600;

test(`F1 to F11, F17 to F23: after ${KILLS} kills under parallel load nothing acknowledged is missing`, async () => {
  const archive = await archiveProcesses();
  const random = seededRandom(SEED);
  const acknowledged: Acknowledged[] = [];
  const stop = new AbortController();
  const senders = Array.from({ length: SENDERS }, (_, sender) =>
    runSender({
      archive,
      random: seededRandom(SEED + 1 + sender),
      sender: sender + 1,
      signal: stop.signal,
      acknowledged,
    }),
  );
  const failed = Promise.all(senders).then(() => undefined);
  for (let kill = 1; kill <= KILLS; kill++) {
    await Promise.race([delay(random(PAUSE_MS_MAX)), failed]);
    await killSomething(archive, random);
    for (let read = 0; read < READS_PER_KILL; read++)
      expect(await readsBackOnce(archive, acknowledged, random)).not.toBe(false);
    if (kill % KILLS_PER_LINE === 0)
      process.stderr.write(`${kill} kills, ${acknowledged.length} instances acknowledged\n`);
  }
  stop.abort();
  await failed;
  expect(acknowledged.length).toBeGreaterThan(ACKNOWLEDGED_MIN);
  for (const instance of acknowledged) await expectReadsBack(archive, instance);
  await expectFactsHaveBytes(archive);
  await archive.close();
}, 1_700_000);

/** Mostly programs; now and then a connection of PostgreSQL, seldom all of it. The edge gets time to come up, so that senders get on. */
const killSomething = async (archive: ArchiveProcesses, random: Random): Promise<void> => {
  const dice = random(100);
  if (dice === 0) return archive.killPostgres();
  if (dice < 6) return archive.killBackend();
  if (dice < 24) return archive.killEdge();
  archive.kill(1 + random(PROGRAMS.length - 1));
};

const readsBackOnce = async (
  archive: ArchiveProcesses,
  acknowledged: readonly Acknowledged[],
  random: Random,
) => {
  const instance = acknowledged.at(random(acknowledged.length));
  return instance && readsBack(archive, instance);
};

const expectReadsBack = async (archive: ArchiveProcesses, instance: Acknowledged) => {
  for (let attempt = 0; attempt < READ_ATTEMPTS_MAX; attempt++) {
    const equal = await readsBack(archive, instance);
    if (equal !== undefined) return expect(equal).toBe(true);
    await delay(100);
  }
  throw new Error('the archive did not come back');
};

/** Every pack that the log names and has not removed is there, whole, with the digests that the log says. */
const expectFactsHaveBytes = async ({ pool, log, dataFolder }: ArchiveProcesses) => {
  const files = await openFileObjectStore({
    root: `${dataFolder}/objects`,
    report: (fault) => {
      throw fault;
    },
  });
  const store = withSmallPacks(files, pool);
  const keys = new Map<string, string>();
  let checkpoint: Parameters<typeof log.after>[0];
  for (;;) {
    const page = await log.after(checkpoint, 500);
    const last = page.at(-1);
    if (last === undefined) break;
    checkpoint = last.checkpoint;
    for (const { type, data } of page) {
      const { pack, key } = data as { pack: string; key: string };
      if (type === 'PackLanded' || type === 'PackSettled') keys.set(pack, key);
      if (type === 'PackRemoved') keys.delete(pack);
    }
  }
  expect(keys.size).toBeGreaterThan(0);
  for (const [pack, key] of keys) {
    const verdict = await verifyPack(store, key);
    if (verdict === undefined && (await isRemoved(log, pack))) continue;
    expect(verdict).toMatchObject({ mismatches: [] });
    expect(verdict?.damage).toBeUndefined();
  }
  files.close();
};

/** Retired while we looked. */
const isRemoved = async (log: Log, pack: string): Promise<boolean> => {
  const stream = packStream(pack);
  return (await log.lastTypes([stream])).get(stream) === 'PackRemoved';
};
