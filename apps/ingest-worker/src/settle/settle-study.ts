import { createHash, type KeyObject, randomBytes, randomUUID } from 'node:crypto';
import type { Content } from '#archive/catalogue';
import { NONCE_BYTES, sealContent } from '#events/content-seal';
import type { KeyRing } from '#events/key-ring';
import { digestPixels } from '#index/digest-pixels';
import { type ExtractedInstance, encodeExtract } from '#index/extract';
import { extractAssociation, type ReadExtract } from '#index/extract-reader';
import type { Findable } from '#index/findable';
import type { SettledPack } from '#index/findable-change';
import type { OpaqueIds } from '#index/opaque-ids';
import type { PixelRow, StudyPixels } from '#index/pixel-rows';
import type { InstanceView, Place, SeriesView } from '#index/series-view';
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
  /** Opaque ids of the series of a study, in the study's order; what is rejected is settled, too. */
  seriesOf: (claim: string) => Promise<readonly string[]>;
  /** The extracts that the facts of a series name up to version `through`, wherever they lie now. */
  originalsOf: (view: SeriesView) => Promise<readonly OriginalExtract[]>;
  /** Before a study is looked at: gives rows what the log has of dead workers' work on it. */
  putRight: (claim: string) => Promise<void>;
  /** What digests of pixels are made with. */
  pixelKey: KeyObject;
  ids: Pick<OpaqueIds, 'instance'>;
  /** Appends the fact, moves the rows and keeps the digests of the pixels in one transaction. */
  commit: (
    settled: SettledPack & { hospital: string; bytes: number },
    pixels: StudyPixels,
  ) => Promise<void>;
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
    const view = (await settle.findable.wholeSeries(series))?.view;
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
  const merged = new Map<string, Merged>();
  for (const { view } of sources) merged.set(view.series, await mergedExtract(settle, view));
  const header = { pack: randomUUID(), kind: 'settled' as const, about: due };
  const pixels: PixelRow[] = [];
  const writing = { settle, due, merged, pixels };
  const written = await writePack(settle.store, header, entriesOf(writing, sources));
  const settled = {
    ...due,
    pack: written.pack,
    key: written.key,
    bytes: written.bytes,
    series: sources.map(({ view }) => ({
      series: view.series,
      through: view.through,
      extract: contentOf(merged.get(view.series)?.extract),
    })),
    entries: written.entries.map(({ sha256, offset, bytes }) => ({ sha256, offset, bytes })),
  };
  await settle.commit(settled, { ...due, rows: pixels });
};

/** `pixels`: filled as the entries are read. */
type Writing = Readonly<{
  settle: Settle;
  due: DueStudy;
  merged: ReadonlyMap<string, Merged>;
  pixels: PixelRow[];
}>;

async function* entriesOf(
  writing: Writing,
  sources: readonly Source[],
): AsyncGenerator<EntryToWrite> {
  const { store } = writing.settle;
  for (const { view, originals } of sources) {
    const merged = writing.merged.get(view.series);
    for (const [index, instance] of view.ordered.entries())
      yield await instanceEntry(writing, instance, merged?.facts[index]);
    for (const { place, sha256 } of originals)
      yield { bytes: place.bytes, sha256, body: await bytesAt(store, place) };
    if (merged !== undefined) yield { bytes: merged.extract.length, body: [merged.extract] };
  }
}

/** The bytes of an instance; its pixels are digested as they go by. */
const instanceEntry = async (
  { settle, due, pixels }: Writing,
  view: InstanceView,
  facts: Facts | undefined,
): Promise<EntryToWrite> => {
  const { place, sha256, instance } = view;
  const body = await bytesAt(settle.store, place);
  const found = (digest: Buffer) => {
    const uidHash = settle.ids.instance(due.hospital, instance);
    pixels.push({ uidHash, digest, bytes: place.bytes });
  };
  return {
    bytes: place.bytes,
    sha256,
    body: digestPixels(settle.pixelKey, { view, facts }, { body, found }),
  };
};

const bytesAt = async (store: ObjectStore, { key, offset, bytes }: Place) => {
  const body = await store.stream(key, { start: offset, end: offset + bytes });
  if (body === undefined) throw new Error('a pack that facts name is not in the object store');
  return body;
};

type Facts = Omit<ExtractedInstance, 'json'>;

/** One extract of the series, in instance order: what metadata is served from; and what it says beside the headers. */
type Merged = Readonly<{ extract: Buffer; facts: readonly Facts[] }>;

const mergedExtract = async (settle: Settle, view: SeriesView): Promise<Merged> => {
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
  const nonce = randomBytes(NONCE_BYTES);
  const extract = sealContent(key.secret, extractAssociation(view.claim), plain, nonce);
  return { extract, facts: instances.map(({ json: _, ...facts }) => facts) };
};

const contentOf = (bytes: Buffer | undefined): Content => {
  if (bytes === undefined) throw new Error('a settled series has no extract');
  return { sha256: createHash('sha256').update(bytes).digest('hex'), bytes: bytes.length };
};
