import { opendir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ObjectRefused, type ObjectStore } from './object-store.js';
import type { S3Settings } from './s3/s3-settings.js';

/** Where objects are to lie: in the bucket when S3 is named, else in files of the data folder. */
export type ObjectsConfig = Readonly<{ dataFolder: string; s3: S3Settings | undefined }>;

/** The archive has its objects in another place than the settings name; the message is a line for the operator. */
export class ObjectsElsewhere extends Error {
  override readonly name = 'ObjectsElsewhere';
}

/** The record of an archive on S3 in its data folder, beside its keys. One on files has none. */
const RECORD = 'objects.json';
/** The object by which a bucket belongs to one archive. */
const MARK = 'archive';
const MARK_BYTES_MAX = 256;

type Home = Readonly<{ endpoint: string; bucket: string }>;

/** Throws ObjectsElsewhere when the data folder tells of another place. The endpoint may change: a bucket is known by its mark. */
export async function assertHome({ dataFolder, s3 }: ObjectsConfig): Promise<void> {
  const home = await readRecord(dataFolder);
  if (home === undefined) {
    if (s3 !== undefined && (await hasFiles(dataFolder))) throw onFiles(dataFolder);
    return;
  }
  if (s3 === undefined || s3.bucket !== home.bucket) throw onS3(home);
}

/**
 * Makes the bucket that the settings name that of `archive` (a name of its own, the same for ever), at the first start; from then on holds it
 * against that. Throws ObjectsElsewhere when it is another's or was changed for another.
 */
export async function claimHome(
  config: ObjectsConfig,
  store: ObjectStore,
  archive: string,
): Promise<void> {
  await assertHome(config);
  const { dataFolder, s3 } = config;
  if (s3 === undefined) return;
  const { endpoint, bucket } = s3;
  const isKnown = (await readRecord(dataFolder)) !== undefined;
  const found = await readMark(store);
  if (found === undefined && isKnown)
    throw new ObjectsElsewhere(
      `the bucket ${bucket} at ${endpoint} lacks the mark of this archive: it isn't the bucket that has its objects`,
    );
  if (found === undefined) await putMark(store, archive);
  if ((found ?? (await readMark(store))) !== archive)
    throw new ObjectsElsewhere(
      `the bucket ${bucket} at ${endpoint} has the objects of another archive: set ARKIM_S3_BUCKET to one of this archive's own`,
    );
  await writeRecord(dataFolder, { endpoint, bucket });
}

const onS3 = ({ endpoint, bucket }: Home) =>
  new ObjectsElsewhere(
    `the objects of this archive are in the bucket ${bucket} at ${endpoint}: set ARKIM_S3_ENDPOINT, ARKIM_S3_BUCKET and its keys`,
  );

const onFiles = (dataFolder: string) =>
  new ObjectsElsewhere(
    `the objects of this archive are files in ${join(dataFolder, 'objects')}: unset ARKIM_S3_ENDPOINT and the others, or begin an archive of its own in another ARKIM_DATA`,
  );

async function readRecord(dataFolder: string): Promise<Home | undefined> {
  const file = join(dataFolder, RECORD);
  const text = await readFile(file, 'utf8').catch(unlessMissing);
  if (text === undefined) return undefined;
  const { endpoint, bucket } = parsed(text);
  if (typeof endpoint === 'string' && typeof bucket === 'string') return { endpoint, bucket };
  throw new ObjectsElsewhere(
    `${file} doesn't tell where the objects are: bring it back from the backup`,
  );
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    return (JSON.parse(text) as Record<string, unknown> | null) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/* Whole or not at all: a torn record would stop the archive. */
async function writeRecord(dataFolder: string, home: Home): Promise<void> {
  const file = join(dataFolder, RECORD);
  const fresh = `${file}.new`;
  await writeFile(fresh, `${JSON.stringify(home)}\n`, { mode: 0o600, flush: true });
  await rename(fresh, file);
}

async function hasFiles(dataFolder: string): Promise<boolean> {
  const packs = join(dataFolder, 'objects', 'packs');
  const folder = await opendir(packs, { recursive: true }).catch(unlessMissing);
  for await (const entry of folder ?? []) if (entry.isFile()) return true;
  return false;
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}

async function readMark(store: ObjectStore): Promise<string | undefined> {
  const bytes = await store.size(MARK);
  if (bytes === undefined) return undefined;
  const mark = await store.read(MARK, { start: 0, end: Math.min(bytes, MARK_BYTES_MAX) });
  return mark?.toString('latin1');
}

/** Another archive may be as quick: the first one's mark stays. */
async function putMark(store: ObjectStore, archive: string): Promise<void> {
  try {
    await store.put(MARK, once(archive));
  } catch (error) {
    if (!(error instanceof ObjectRefused) || error.refusal !== 'exists') throw error;
  }
}

async function* once(text: string): AsyncGenerator<Buffer> {
  yield Buffer.from(text, 'latin1');
}
