import type { KeyObject } from 'node:crypto';
import type { PoolClient } from 'pg';
import { digestPixels } from '#index/digest-pixels';
import type { StudyPixels } from '#index/pixel-rows';
import type { InstanceView, SeriesView } from '#index/series-view';
import type { OpenArchive } from '../archive-cli.module.js';

/** What of an archive a scan reads. */
export type ScannedArchive = Pick<
  OpenArchive,
  'pool' | 'store' | 'findable' | 'ids' | 'readExtract'
>;

/** What a scan works with: `kept` reads the digests of a study in hex, `replace` writes them. */
export type Scan = Readonly<{
  archive: ScannedArchive;
  pixelKey: KeyObject;
  kept: (claim: string) => Promise<ReadonlyMap<string, string>>;
  replace: (client: PoolClient, pixels: StudyPixels) => Promise<void>;
  repair: boolean;
}>;

/** What one study has: instances with a digest, and how many of them aren't in the rows as they should be, or are in vain. */
export type Scanned = Readonly<{ instances: number; differing: number }>;

/** Reads all bytes of a study again and holds the digests of its pixels against the rows; to repair, puts them right. */
export async function scanStudy(
  scan: Scan,
  { claim, hospital }: Readonly<{ claim: string; hospital: string }>,
): Promise<Scanned> {
  const { findable } = scan.archive;
  const rows: { uidHash: Buffer; digest: Buffer; bytes: number }[] = [];
  for (const series of await findable.seriesOf(claim, { rejected: true })) {
    const view = (await findable.wholeSeries(series))?.view;
    for (const instance of view?.ordered ?? []) {
      const digest = view && (await digestOf(scan, view, instance));
      if (digest === undefined) continue;
      const uidHash = scan.archive.ids.instance(hospital, instance.instance);
      rows.push({ uidHash, digest, bytes: instance.bytes });
    }
  }
  const differing = differences(rows, await scan.kept(claim));
  if (differing > 0 && scan.repair) await replace(scan, { claim, hospital, rows });
  return { instances: rows.length, differing };
}

async function replace({ archive, replace: write }: Scan, pixels: StudyPixels): Promise<void> {
  const client = await archive.pool.connect();
  try {
    await client.query('begin');
    await write(client, pixels);
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

async function digestOf(
  { archive, pixelKey }: Scan,
  view: SeriesView,
  instance: InstanceView,
): Promise<Buffer | undefined> {
  const place = view.extracts[instance.extract];
  const facts = place && (await archive.readExtract(view.claim, place))?.facts[instance.item];
  const { key, offset, bytes } = instance.place;
  const body = await archive.store.stream(key, { start: offset, end: offset + bytes });
  if (body === undefined) return undefined;
  let digest: Buffer | undefined;
  const found = (made: Buffer) => {
    digest = made;
  };
  for await (const _ of digestPixels(pixelKey, { view: instance, facts }, { body, found }));
  return digest;
}

function differences(
  rows: readonly Readonly<{ uidHash: Buffer; digest: Buffer }>[],
  kept: ReadonlyMap<string, string>,
): number {
  const right = rows.filter(
    ({ uidHash, digest }) => kept.get(uidHash.toString('hex')) === digest.toString('hex'),
  ).length;
  return rows.length - right + (kept.size - right);
}
