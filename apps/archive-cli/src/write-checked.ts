import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Place } from '#index/series-view';
import { OperatorFault } from '#platform/operator-fault';
import type { ObjectStore } from '#storage/object-store';

/** Writes what lies at `place` to a new file, durable; throws when its bytes haven't the digest `sha256`. A file that is there is refused. */
export async function writeChecked(
  store: ObjectStore,
  { place, sha256 }: Readonly<{ place: Place; sha256: string }>,
  path: string,
): Promise<void> {
  const { key, offset, bytes } = place;
  const body = await store.stream(key, { start: offset, end: offset + bytes });
  if (body === undefined) throw new Error('a pack that facts name is not in the object store');
  const hash = createHash('sha256');
  const file = await open(path, 'wx');
  try {
    for await (const chunk of body) {
      hash.update(chunk);
      await file.write(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  if (hash.digest('hex') !== sha256)
    throw new OperatorFault(`${path} is damaged: its bytes are not those that were received`);
}
