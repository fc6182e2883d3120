import type { Pool } from 'pg';
import type { Log } from '#events/log';
import { postgresLog } from '#events/postgres/postgres-log';
import type { Config } from '#platform/config';
import { type FileObjectStore, openFileObjectStore } from '#storage/filesystem/file-object-store';
import type { ObjectStore } from '#storage/object-store';
import { healFrom } from '#storage/with-copy';
import type { Heal } from '../fixity/check-pack.js';
import { type Copied, copyStep } from './copy-packs.js';

/** The second place that the settings name; undefined: none. */
export const openSecondCopy = async (
  { fixity: { secondCopy } }: Pick<Config, 'fixity'>,
  report: (fault: unknown) => void,
): Promise<FileObjectStore | undefined> =>
  secondCopy === undefined ? undefined : openFileObjectStore({ root: secondCopy, report });

type CopiesOver = Readonly<{
  pool: Pool;
  /** The log; undefined: it commits with the pool's database. */
  beside: Log | undefined;
  store: ObjectStore;
  copy: ObjectStore;
}>;

/** What brings packs to the second place. */
export const copiesFrom =
  ({ pool, beside, store, copy }: CopiesOver) =>
  (signal: AbortSignal): Promise<Copied> => {
    const engine = beside === undefined ? 'postgres' : 'beside';
    return copyStep({ pool, log: beside ?? postgresLog(pool), engine, store, copy }, signal);
  };

/** What heals from the second place. */
export const healedBy = (
  store: ObjectStore,
  copy: ObjectStore | undefined,
): Readonly<{ heal: Heal | undefined }> => ({
  heal: copy && ((key, entries) => healFrom(store, copy, key, entries)),
});
