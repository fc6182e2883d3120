import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { OperatorFault } from '#platform/operator-fault';
import type { ObjectStore } from '#storage/object-store';
import type { Quarantined } from './quarantined.js';

/** Writes the bytes of a part to a new file, durable, checked against their digest. */
export async function writeQuarantined(
  store: ObjectStore,
  { place, sha256 }: Quarantined,
  path: string,
): Promise<void> {
  const { key, offset, bytes } = place;
  const body = await store.stream(key, { start: offset, end: offset + bytes });
  if (body === undefined) throw new Error('the pack of a part that is kept aside is gone');
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
