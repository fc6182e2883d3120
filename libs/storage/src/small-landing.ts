import { randomUUID } from 'node:crypto';
import { eachChunk } from './each-chunk.js';
import type { ObjectStore } from './object-store.js';
import { packFolder } from './pack.js';

/** A pack as bytes, to be kept in the database under its key. */
export type SmallPack = Readonly<{ key: string; body: Buffer }>;

/** A request whose body is announced to be at most so long lands in the database: it is one row more in the job's commit instead of a file with two flushes of its own (ADR 18). */
export const SMALL_LANDING_BYTES_MAX = 64 * 1024;

const VERSION_AT = 14;
/** RFC 9562 §5.8: what such an id says beside being unique is its maker's. */
const VERSION_8 = '8';

/** The id of a landing pack that is kept in the database: a UUID of version 8, so that its key says where to look for it. */
export function smallPackId(): string {
  const id = randomUUID();
  return `${id.slice(0, VERSION_AT)}${VERSION_8}${id.slice(VERSION_AT + 1)}`;
}

const FOLDER = packFolder('landing');

/** Whether this is the key of a landing pack that is kept in the database. */
export const isSmallLanding = (key: string): boolean =>
  key.startsWith(FOLDER) && key[key.lastIndexOf('/') + 1 + VERSION_AT] === VERSION_8;

/** Takes packs as an object store does, but only gathers them: they are durable once `packs` commit. */
export function gatherPacks(): Readonly<{ target: Pick<ObjectStore, 'put'>; packs: SmallPack[] }> {
  const packs: SmallPack[] = [];
  const put: ObjectStore['put'] = async (key, body, signal) => {
    const chunks: Uint8Array[] = [];
    await eachChunk(body, signal, (chunk) => void chunks.push(chunk));
    const whole = Buffer.concat(chunks);
    packs.push({ key, body: whole });
    return { bytes: whole.length };
  };
  return { target: { put }, packs };
}
