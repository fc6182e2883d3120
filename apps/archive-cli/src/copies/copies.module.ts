import type { ObjectCopies } from '#index/object-copies';
import { pixelKeyOf } from '#index/pixel-digest';
import { replacePixels } from '#index/postgres/keep-pixels';
import { objectCopies } from '#index/postgres/object-copies';
import type { OpenArchive } from '../archive-cli.module.js';
import type { Scan, ScannedArchive } from './scan-pixels.js';

/** Copies of an opened archive. */
export const copiesOf = ({
  pool,
  findable,
}: Pick<OpenArchive, 'pool' | 'findable'>): ObjectCopies => objectCopies({ pool, findable });

/** What re-reads the pixels of an opened archive. */
export function scanOf(archive: ScannedArchive, lookupKey: Buffer, repair: boolean): Scan {
  return {
    archive,
    pixelKey: pixelKeyOf(lookupKey),
    repair,
    kept: async (claim) => {
      const { rows } = await archive.pool.query(
        `select encode(uid_hash, 'hex') as uid, encode(digest, 'hex') as digest from pixel_digests where claim = $1`,
        [claim],
      );
      return new Map(rows.map(({ uid, digest }) => [uid, digest]));
    },
    replace: replacePixels,
  };
}
