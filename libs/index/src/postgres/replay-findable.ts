import type { PoolClient } from 'pg';
import type { ArchiveEvent, InstancesStored } from '#archive/catalogue';
import type { ReadExtract } from '../extract-reader.js';
import type { StoredFacts } from '../findable-change.js';
import { storedFactsOf } from '../project-findable.js';
import type { Place } from '../series-view.js';
import { findableSchema } from './findable-schema.js';
import { applyFindable, insertPacks } from './findable-writer.js';
import { applyRemoved } from './remove-pack.js';
import { mergeSegments, settledRow } from './settle-findable.js';

/** An event of the log with its version in its stream. */
export type Replayed = Readonly<{ version: number; event: ArchiveEvent }>;

/** First pass of a rebuild: where bytes lie today. It runs ahead of the second, because an extract may have moved since it was stored. */
export async function replayPlaces(
  client: PoolClient,
  version: number,
  page: readonly Replayed[],
): Promise<void> {
  for (const { event } of page) {
    if (event.type === 'PackLanded')
      await insertPacks(client, findableSchema(version), [event.data]);
    if (event.type === 'PackSettled')
      await insertPacks(client, findableSchema(version), [settledRow(event.data)]);
    if (event.type === 'PackRemoved') await applyRemoved(client, version, event.data.pack);
  }
}

/**
 * Second pass: what is findable. Stored facts go in runs; a settled pack ends a run, so that rows see the facts in the order of the log.
 * A study whose key is destroyed is left out, whether its packs are still there or not: it has no segments, so none are settled either.
 */
export async function replayFindable(
  client: PoolClient,
  version: number,
  page: readonly Replayed[],
  readExtract: ReadExtract,
): Promise<void> {
  let stored: StoredFacts[] = [];
  const flush = async () => {
    await applyFindable(client, version, { packs: [], stored });
    stored = [];
  };
  for (const replayed of page) {
    const { event } = replayed;
    if (event.type === 'InstancesStored' && event.personal !== undefined) {
      const place = await placeOf(client, findableSchema(version), event);
      const extract = await readExtract(event.data.claim, place);
      const facts = storedFactsOf({ event, version: replayed.version }, extract);
      if (facts !== undefined) stored.push(facts);
    }
    if (event.type === 'PackSettled') {
      await flush();
      if (await hasSegments(client, version, event.data.claim))
        await mergeSegments(client, version, event.data);
    }
  }
  await flush();
}

const hasSegments = async (client: PoolClient, version: number, claim: string) => {
  const { rowCount } = await client.query(
    `select 1 from ${findableSchema(version)}.segments where claim = $1 limit 1`,
    [claim],
  );
  return rowCount !== 0;
};

/** The extract lies in a pack that the fact names, or has been settled into one of the study's own. */
const placeOf = async (
  client: PoolClient,
  schema: string,
  { data }: InstancesStored,
): Promise<Place> => {
  const { rows } = await client.query({
    name: `${schema}-replay-places`,
    text: `select key, entries from ${schema}.packs where pack = any($1) or claim = $2`,
    values: [data.packs, data.claim],
  });
  for (const { key, entries } of rows)
    for (const [sha256, offset, bytes] of JSON.parse(entries) as [string, number, number][])
      if (sha256 === data.extract.sha256) return { key, offset, bytes };
  throw new Error('an extract that a fact names is in no pack');
};
