import { ObjectRefused, ObjectStoreUnavailable } from '../object-store.js';
import { CHECKSUM_FIELD, checksumOf, heldText } from './held-part.js';
import type { PutTarget } from './put-context.js';
import type { S3Client } from './s3-client.js';
import { S3Failure } from './s3-failure.js';
import { removeVersion, versionsOf } from './versions.js';
import { putIdOf } from './written-by-put.js';

/** Outside the folders of packs. Written once where the condition is heeded; else its two versions stay to tell. */
const PROBE_KEY = 'probe/written-once';

/**
 * Whether the bucket heeds `If-None-Match: *`, found by putting one small key twice. Ceph 16 heeds it, but not in a bucket that
 * keeps versions.
 */
export async function heedsCondition(client: S3Client, versioned: boolean): Promise<boolean> {
  if (versioned && (await versionsOf(client, PROBE_KEY)).ids.length > 1) return false;
  const taken = (await putProbe(client)) && (await putProbe(client));
  return !taken;
}

/** Whether it was taken. */
async function putProbe(client: S3Client): Promise<boolean> {
  const body = heldText('Arkim looks whether a key can be written twice.');
  const headers = { 'if-none-match': '*', [CHECKSUM_FIELD]: checksumOf(body) };
  const request = { method: 'PUT', key: PROBE_KEY, headers, body } as const;
  try {
    await client.ask(request, ({ body: said }) => said.dump());
    return true;
  } catch (error) {
    if (error instanceof S3Failure && error.status === 412) return false;
    throw error;
  }
}

/** Before a write that no condition guards: throws ObjectRefused when the key is there. Two such writes at the same moment may both pass. */
export async function assertAbsent(client: S3Client, key: string): Promise<void> {
  if ((await putIdOf(client, key)) !== undefined) throw new ObjectRefused('exists');
}

/**
 * After a write to a bucket that keeps versions and heeds no condition, for those that came at the same moment: the oldest version
 * stays, whoever wrote another takes it back and is refused. Until then a reader may get the newer bytes.
 */
export async function assertOldest(client: S3Client, { key, id }: PutTarget): Promise<void> {
  const { ids, more } = await versionsOf(client, key);
  if (more) throw new ObjectStoreUnavailable('S3 keeps too many versions of one object');
  if (ids.length < 2) return;
  const oldestFirst = ids.toReversed();
  for (const [index, version] of oldestFirst.entries()) {
    if ((await putIdOf(client, key, version)) !== id) continue;
    if (index === 0) return;
    await takeBack(client, key, version);
  }
  throw new ObjectRefused('exists');
}

/** A bucket that locks what is written keeps it, and readers get it; the refusal is told all the same. */
async function takeBack(client: S3Client, key: string, version: string): Promise<void> {
  try {
    await removeVersion(client, key, version);
  } catch (error) {
    if (!(error instanceof S3Failure && error.status === 403)) throw error;
  }
}
