import { generateKeyPairSync } from 'node:crypto';
import { type SigningKey, signingKey } from '#platform/signing-key';
import { settleStudy } from '../../apps/ingest-worker/src/settle/settle-study.js';
import type { Heal } from '../../apps/retention-worker/src/fixity/check-pack.js';
import { fixityFrom } from '../../apps/retention-worker/src/fixity/fixity.module.js';
import type { FixityStep } from '../../apps/retention-worker/src/fixity/fixity-round.js';
import { type ArchiveCore, archiveCore, TEST_SECRETS } from '../support/archive-core.js';
import { ctSlice, part10 } from '../support/part10.js';

export const DAY_MS = 86_400_000;
export const DAYS = 90;

/** An archive whose bytes are read again by a worker whose clock the test has. */
export async function custodyArchive() {
  const archive = await archiveCore();
  const { pool } = archive;
  await pool.query(
    `insert into hospitals (hospital, name, onboarded_at) values ('HOSP-A', 'A', now()), ('HOSP-B', 'B', now())`,
  );
  let wallMs = Date.now() + 2 * DAY_MS;
  const beside = archive.logPlan === undefined ? undefined : archive.log;
  const workerOf = (heal?: Heal) =>
    fixityFrom(
      { pool, beside, masterKey: TEST_SECRETS.masterKey, store: archive.store, heal },
      { days: DAYS, bytesPerSecond: 1e9 },
      () => wallMs,
    );
  const worker = workerOf();
  return {
    ...archive,
    workerOf,
    step: (): Promise<FixityStep> => worker(new AbortController().signal),
    passDays: (days: number) => {
      wallMs += days * DAY_MS;
    },
    /** Stores one instance of a study of its own, and tells its claim and its file. */
    hold: async (study: string, hospital = 'HOSP-A', instances = 1) => {
      const files = Array.from({ length: instances }, (_, index) => sliceOf(study, index + 1));
      await archive.send(files, hospital);
      await archive.work();
      return { claim: archive.ingest.ids.claim(hospital, study), files };
    },
    settle: (claim: string, hospital = 'HOSP-A') =>
      settleStudy(archive.settle, { claim, hospital }),
  };
}

export type CustodyArchive = Awaited<ReturnType<typeof custodyArchive>>;

const sliceOf = (study: string, instance: number): Buffer =>
  part10(
    ctSlice(
      { study, series: `${study}.1`, instance: `${study}.1.${instance}` },
      { '00200013': ['IS', String(instance)] },
    ),
  );

/** Where the bytes of the first instance of a study lie. */
export async function placeOf(
  { ingest, passTime }: Pick<ArchiveCore, 'ingest' | 'passTime'>,
  study: string,
  hospital = 'HOSP-A',
) {
  passTime(2_000);
  const series = ingest.ids.series(hospital, study, `${study}.1`);
  const view = await ingest.findable.series(series, { fresh: true });
  const [first] = view?.ordered ?? [];
  if (first === undefined) throw new Error('the study is not there');
  return { ...first.place, sha256: first.sha256 };
}

/** Puts other bytes in the place of an object, as whoever has the disk may do. */
export async function tamper(
  { store }: Pick<ArchiveCore, 'store'>,
  key: string,
  change: (bytes: Buffer) => Buffer,
): Promise<Buffer> {
  const size = await store.size(key);
  const before = await store.read(key, { start: 0, end: size ?? 0 });
  if (before === undefined) throw new Error('the object is not there');
  await store.remove(key);
  const changed = change(Buffer.from(before));
  await store.put(key, once(changed));
  return before;
}

export async function* once(bytes: Buffer) {
  yield bytes;
}

/** The same bytes but for one bit. */
export const flipped =
  (at: number) =>
  (bytes: Buffer): Buffer => {
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    return bytes;
  };

/** A key that signs for an archive. */
export const newSigner = (): SigningKey =>
  signingKey(
    String(generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })),
  );
