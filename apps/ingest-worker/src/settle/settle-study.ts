import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type { Content } from '#archive/catalogue';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyRing } from '#events/key-ring';
import { encodeExtract } from '#index/extract';
import { extractAssociation, type ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import type { SettledPack } from '#index/findable-change';
import type { Place, SeriesView } from '#index/series-view';
import type { ObjectStore } from '#storage/object-store';
import { type EntryToWrite, writePack } from '#storage/settled-pack';
import { planSettledPacks } from './plan-settled-packs.js';

/** An extract that a fact names, and the pack bytes that hold it now. */
export type OriginalExtract = Content & Readonly<{ place: Place }>;

export type Settle = Readonly<{
  store: ObjectStore;
  findable: Findable;
  keys: KeyRing;
  readExtract: ReadExtract;
  /** Opaque ids of the series of a study, in the study's order. */
  seriesOf: (claim: string) => Promise<readonly string[]>;
  /** The extracts that the facts of a series name up to version `through`, wherever they lie now. */
  originalsOf: (view: SeriesView) => Promise<readonly OriginalExtract[]>;
  /** Before a study is looked at: gives rows what the log has of dead workers' work on it. */
  putRight: (claim: string) => Promise<void>;
  /** Appends the fact and moves the rows in one transaction. */
  commit: (settled: SettledPack & { hospital: string; bytes: number }) => Promise<void>;
}>;

export type DueStudy = Readonly<{ claim: string; hospital: string }>;

/**
 * Copies a quiet study into packs of its own (design D3): series after series, instances in order, each checked against its
 * digest, then the extracts that the facts name and one extract of the whole series. Returns the number of packs.
 */
export async function settleStudy(settle: Settle, { claim, hospital }: DueStudy): Promise<number> {
  await settle.putRight(claim);
  const views: SeriesView[] = [];
  const originals = new Map<SeriesView, readonly OriginalExtract[]>();
  for (const series of await settle.seriesOf(claim)) {
    const view = await settle.findable.series(series, { fresh: true });
    if (view === undefined) continue;
    views.push(view);
    originals.set(view, await settle.originalsOf(view));
  }
  const entriesOf = (view: SeriesView) =>
    view.ordered.length + (originals.get(view)?.length ?? 0) + 1;
  const packs = planSettledPacks(views, entriesOf);
  for (const planned of packs) {
    const sources = planned.map((view) => ({ view, originals: originals.get(view) ?? [] }));
    await settlePack(settle, { claim, hospital }, sources);
  }
  return packs.length;
}

type Source = Readonly<{ view: SeriesView; originals: readonly OriginalExtract[] }>;

const settlePack = async (settle: Settle, due: DueStudy, sources: readonly Source[]) => {
  const merged = new Map<string, Buffer>();
  for (const { view } of sources) merged.set(view.series, await mergedExtract(settle, view));
  const header = { pack: randomUUID(), kind: 'settled' as const, about: due };
  const written = await writePack(settle.store, header, entriesOf(settle, sources, merged));
  await settle.commit({
    ...due,
    pack: written.pack,
    key: written.key,
    bytes: written.bytes,
    series: sources.map(({ view }) => ({
      series: view.series,
      through: view.through,
      extract: contentOf(merged.get(view.series)),
    })),
    entries: written.entries.map(({ sha256, offset, bytes }) => ({ sha256, offset, bytes })),
  });
};

async function* entriesOf(
  { store }: Settle,
  sources: readonly Source[],
  merged: ReadonlyMap<string, Buffer>,
): AsyncGenerator<EntryToWrite> {
  for (const { view, originals } of sources) {
    for (const { place, sha256 } of [...view.ordered, ...originals])
      yield { bytes: place.bytes, sha256, body: await bytesAt(store, place) };
    const extract = merged.get(view.series);
    if (extract !== undefined) yield { bytes: extract.length, body: [extract] };
  }
}

const bytesAt = async (store: ObjectStore, { key, offset, bytes }: Place) => {
  const body = await store.stream(key, { start: offset, end: offset + bytes });
  if (body === undefined) throw new Error('a pack that facts name is not in the object store');
  return body;
};

/** One extract of the series, in instance order: what metadata is served from. */
const mergedExtract = async (settle: Settle, view: SeriesView): Promise<Buffer> => {
  const key = (await settle.keys.find([view.claim])).get(view.claim);
  if (key === undefined || key === 'destroyed') throw new Error('a study to settle has no key');
  const instances = [];
  for (const { extract, item } of view.ordered) {
    const place = view.extracts[extract];
    const read = place && (await settle.readExtract(view.claim, place));
    const json = read?.json[item];
    const facts = read?.facts[item];
    if (json === undefined || facts === undefined) throw new Error('an extract lacks an instance');
    instances.push({ ...facts, json: json.toString() });
  }
  const plain = encodeExtract(instances);
  return sealContent(key.secret, extractAssociation(view.claim), plain, randomBytes(NONCE_BYTES));
};

const contentOf = (bytes: Buffer | undefined): Content => {
  if (bytes === undefined) throw new Error('a settled series has no extract');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
};
