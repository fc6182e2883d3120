import type { PoolClient } from 'pg';
import type { ArchiveEvent, InstancesStored } from '#archive/catalogue';
import type { ReadExtract } from '../extract-reader.js';
import { type ReadExtracts, readEach } from '../extracts-reader.js';
import type { LandedPack, SettledPack, StoredFacts, Visibility } from '../findable-change.js';
import { storedFactsOf, visibilityOf } from '../project-findable.js';
import type { Queryable } from './active-version.js';
import { applyVisibility } from './apply-visibility.js';
import { extractPlaces } from './extract-places.js';
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
  let run: LandedPack[] = [];
  const flush = async () => {
    await insertPacks(client, findableSchema(version), run);
    run = [];
  };
  for (const { event } of page) {
    if (event.type === 'PackLanded') run.push(event.data);
    if (event.type === 'PackSettled') run.push(settledRow(event.data));
    if (event.type !== 'PackRemoved') continue;
    await flush();
    await applyRemoved(client, version, event.data.pack);
  }
  await flush();
}

/** What a fact does to findable rows, with its extract read. */
export type Prepared = Readonly<
  { stored: StoredFacts } | { settled: SettledPack } | { visibility: Visibility }
>;

/** Second pass: what is findable. In the caller's transaction. */
export async function replayFindable(
  client: PoolClient,
  version: number,
  page: readonly Replayed[],
  readExtract: ReadExtract,
): Promise<void> {
  const read = readEach(readExtract);
  await applyPrepared(client, version, await prepareFindable(client, version, page, read));
}

/**
 * First half of `replayFindable`, which writes nothing: extracts are read where version `version` lists them.
 * A study whose key is destroyed is left out, whether its packs are still there or not.
 */
export async function prepareFindable(
  db: Queryable,
  version: number,
  page: readonly Replayed[],
  readExtracts: ReadExtracts,
): Promise<readonly Prepared[]> {
  const stored = page.flatMap(({ event, version: at }) =>
    isReadable(event) ? [{ event, version: at }] : [],
  );
  const wanted = await extractPlaces(
    db,
    version,
    stored.map(({ event }) => event),
  );
  const extracts = await readExtracts(wanted);
  const facts = new Map(
    stored.map((one, index) => [one.event as ArchiveEvent, storedFactsOf(one, extracts[index])]),
  );
  return page.flatMap(({ event, version: at }): readonly Prepared[] => {
    if (event.type === 'PackSettled') return [{ settled: event.data }];
    const visibility = visibilityOf(event, at);
    if (visibility !== undefined) return [{ visibility }];
    const made = facts.get(event);
    return made === undefined ? [] : [{ stored: made }];
  });
}

const isReadable = (event: ArchiveEvent): event is InstancesStored =>
  event.type === 'InstancesStored' && event.personal !== undefined;

/**
 * Second half: stored facts go in runs; a settled pack of a study in it, or what may be seen of that, ends a run, so that rows see the facts of a study in the order of the log.
 * A study that was left out has no segments, so none are settled either.
 */
export async function applyPrepared(
  client: PoolClient,
  version: number,
  prepared: readonly Prepared[],
): Promise<void> {
  let run: StoredFacts[] = [];
  const flush = async () => {
    await applyFindable(client, version, { packs: [], stored: run });
    run = [];
  };
  for (const step of prepared) {
    if ('stored' in step) {
      run.push(step.stored);
      continue;
    }
    if (run.some(({ claim }) => claim === claimOf(step))) await flush();
    await applyBehind(client, version, step);
  }
  await flush();
}

/** What follows on the stored facts of its study. */
type Behind = Exclude<Prepared, { stored: StoredFacts }>;

const claimOf = (step: Behind): string =>
  'settled' in step ? step.settled.claim : step.visibility.claim;

const applyBehind = async (client: PoolClient, version: number, step: Behind): Promise<void> => {
  if ('visibility' in step) await applyVisibility(client, version, [step.visibility]);
  else if (await hasSegments(client, version, step.settled.claim))
    await mergeSegments(client, version, step.settled);
};

const hasSegments = async (client: PoolClient, version: number, claim: string) => {
  const { rowCount } = await client.query(
    `select 1 from ${findableSchema(version)}.segments where claim = $1 limit 1`,
    [claim],
  );
  return rowCount !== 0;
};
