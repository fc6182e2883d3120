import { readHeader } from '#dicom/read-header';
import type { Findable } from '#index/findable';
import type { Place } from '#index/series-view';
import type { ObjectStore } from '#storage/object-store';
import type { ReadPart } from './read-part.js';

const COMPARE_BYTES = 1024 * 1024;

/** Whether what is held and what arrives differ in the file meta group only (design D6). Reads both; this path is rare. */
export async function sameDataSet(
  { store, findable }: Readonly<{ store: ObjectStore; findable: Findable }>,
  arriving: ReadPart,
  first: ReadPart | undefined,
): Promise<boolean> {
  const held = first ?? (await heldAlready(findable, arriving));
  if (held.fact.transferSyntax !== arriving.fact.transferSyntax) return false;
  const heldStart = await dataSetStart(store, held.place);
  const arrivingStart = arriving.extracted.dataSetStart;
  const length = held.place.bytes - heldStart;
  if (length !== arriving.place.bytes - arrivingStart) return false;
  for (let at = 0; at < length; at += COMPARE_BYTES) {
    const end = Math.min(at + COMPARE_BYTES, length);
    const [a, b] = await Promise.all([
      read(store, held.place, heldStart + at, heldStart + end),
      read(store, arriving.place, arrivingStart + at, arrivingStart + end),
    ]);
    if (!a.equals(b)) return false;
  }
  return true;
}

const heldAlready = async (findable: Findable, { arrival, fact }: ReadPart) => {
  const whole = await findable.wholeSeries(arrival.series);
  const held = whole?.view.instances.get(fact.instance);
  if (held === undefined) throw new Error('a reserved instance is not findable');
  return { place: held.place, fact: held };
};

const dataSetStart = async (store: ObjectStore, place: Place) => {
  const result = await readHeader({
    length: place.bytes,
    read: (start, end) => read(store, place, start, end),
  });
  if (!result.ok) throw new Error('the header of a stored instance no longer reads');
  return result.header.dataSetStart;
};

const read = async (store: ObjectStore, place: Place, start: number, end: number) => {
  const range = { start: place.offset + start, end: place.offset + end };
  const bytes = await store.read(place.key, range);
  if (bytes === undefined) throw new Error('the pack of a stored instance is not in the store');
  return bytes;
};
