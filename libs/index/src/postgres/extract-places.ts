import type { InstancesStored } from '#archive/catalogue';
import type { WantedExtract } from '../extracts-reader.js';
import type { Place } from '../series-view.js';
import type { Queryable } from './active-version.js';
import { findableSchema } from './findable-schema.js';

type Places = Map<string, Place>;

/** The extracts of these facts and where they lie, in their order, as version `version` lists packs. Throws when one lies nowhere. */
export async function extractPlaces(
  db: Queryable,
  version: number,
  facts: readonly InstancesStored[],
): Promise<readonly WantedExtract[]> {
  const schema = findableSchema(version);
  const places: Places = new Map();
  const missing = () => facts.filter(({ data }) => !places.has(data.extract.sha256));
  if (missing().length > 0) await inNamedPacks(db, schema, facts, places);
  if (missing().length > 0) await anywhere(db, schema, missing(), places);
  return facts.map(({ data }) => {
    const place = places.get(data.extract.sha256);
    if (place === undefined) throw new Error('an extract that a fact names is in no pack');
    return { claim: data.claim, place };
  });
}

/** As it was stored: in a pack of extracts that the fact names. Lists of other packs are long, so they aren't read. */
const inNamedPacks = async (
  db: Queryable,
  schema: string,
  facts: readonly InstancesStored[],
  places: Places,
): Promise<void> => {
  const { rows } = await db.query({
    name: `${schema}-extract-packs`,
    text: `select key, entries from ${schema}.packs where pack = any($1) and kind = 'extract'`,
    values: [[...new Set(facts.flatMap(({ data }) => data.packs))]],
  });
  addPlaces(places, facts, rows);
};

/** Settled since into a pack of the study's own. */
const anywhere = async (
  db: Queryable,
  schema: string,
  facts: readonly InstancesStored[],
  places: Places,
): Promise<void> => {
  const { rows } = await db.query({
    name: `${schema}-replay-places`,
    text: `select key, entries from ${schema}.packs where pack = any($1) or (claim = any($2) and claim <> '')`,
    values: [
      [...new Set(facts.flatMap(({ data }) => data.packs))],
      [...new Set(facts.map(({ data }) => data.claim))],
    ],
  });
  addPlaces(places, facts, rows);
};

const addPlaces = (
  places: Places,
  facts: readonly InstancesStored[],
  rows: readonly Record<string, unknown>[],
): void => {
  const wanted = new Set(facts.map(({ data }) => data.extract.sha256));
  for (const { key, entries } of rows)
    for (const [sha256, offset, bytes] of JSON.parse(String(entries)) as [string, number, number][])
      if (wanted.has(sha256)) places.set(sha256, { key: String(key), offset, bytes });
};
