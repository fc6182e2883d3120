import type { Pool, PoolClient } from 'pg';
import type { Snapshot, SnapshotStore } from '../snapshot-store.js';

const FIND = {
  name: 'snapshots-find',
  text: `select stream, version, sealed_key as "keyId", encode(sealed_nonce, 'base64') as nonce,
      encode(sealed, 'base64') as ciphertext
    from snapshots where fold = $1 and fold_version = $2 and stream = any ($3::text[])`,
};
const SAVE = {
  name: 'snapshots-save',
  text: `insert into snapshots as kept (stream, fold, fold_version, version, sealed_key, sealed_nonce, sealed)
    select stream, fold, "foldVersion", version, sealed->>'keyId',
      decode(sealed->>'nonce', 'base64'), decode(sealed->>'ciphertext', 'base64')
    from json_to_recordset($1::json) as fresh
      (stream text, fold text, "foldVersion" int, version int, sealed json)
    order by stream, fold
    on conflict (stream, fold) do update set
      fold_version = excluded.fold_version, version = excluded.version, sealed_key = excluded.sealed_key,
      sealed_nonce = excluded.sealed_nonce, sealed = excluded.sealed, recorded_at = now()
    where (kept.fold_version, kept.version) < (excluded.fold_version, excluded.version)`,
};

type Found = Readonly<{
  stream: string;
  version: number;
  keyId: string;
  nonce: string;
  ciphertext: string;
}>;

/** Snapshots in table `snapshots`. */
export const postgresSnapshotStore = (db: Pool | PoolClient): SnapshotStore => ({
  async find({ fold, foldVersion }, streams) {
    const { rows } = await db.query<Found>({ ...FIND, values: [fold, foldVersion, streams] });
    return new Map(
      rows.map(({ stream, version, keyId, nonce, ciphertext }) => {
        const sealed = { keyId, nonce, ciphertext: ciphertext.replaceAll('\n', '') };
        return [stream, { stream, fold, foldVersion, version, sealed }];
      }),
    );
  },
  async save(snapshots: readonly Snapshot[]) {
    if (snapshots.length > 0) await db.query({ ...SAVE, values: [JSON.stringify(snapshots)] });
  },
});
