import type { Findable } from '#index/findable';
import type { Place } from '#index/series-view';
import {
  type Allocate,
  type ByteRange,
  type ObjectStore,
  RANGE_BYTES_MAX,
} from '#storage/object-store';
import { rangeAt } from '#storage/place';
import { notFound, ProblemException } from '../problem.js';
import type { LocatedInstance } from './locate.js';

export type ReadPorts = Readonly<{ objects: ObjectStore; findable: Findable }>;

/** `allocate` gives the buffer to read into, where one buffer is enough. */
export type Reading = Readonly<{ range?: ByteRange; allocate?: Allocate | undefined }>;

/** Bytes of an instance (all without a range); at most RANGE_BYTES_MAX of them. */
export const readInstance = (
  ports: ReadPorts,
  located: LocatedInstance,
  { range, allocate }: Reading = {},
): Promise<Buffer> =>
  whereItLies(ports, located, async (place) => {
    const within = rangeWithin(place, range);
    return ports.objects.read(place.key, within, allocate);
  });

/** The same in bounded chunks, for any length; the first look-up is made before it resolves. */
export const streamInstance = (
  ports: ReadPorts,
  located: LocatedInstance,
  range?: ByteRange,
): Promise<AsyncIterable<Buffer>> =>
  whereItLies(ports, located, (place) =>
    ports.objects.stream(place.key, rangeWithin(place, range)),
  );

type Opening = Reading & Readonly<{ range: ByteRange; bufferBytesMax?: number }>;

/** One buffer where that is allowed, else a stream. */
export const openInstance = (
  ports: ReadPorts,
  located: LocatedInstance,
  { range, allocate, bufferBytesMax = RANGE_BYTES_MAX }: Opening,
): Promise<Buffer | AsyncIterable<Buffer>> =>
  range.end - range.start <= bufferBytesMax
    ? readInstance(ports, located, { range, allocate })
    : streamInstance(ports, located, range);

function rangeWithin(place: Place, range?: ByteRange): ByteRange {
  const within = rangeAt(place, range);
  if (within === undefined) throw new Error('a range goes beyond its instance');
  return within;
}

/** Settling moves bytes between the look-up and the read: what is no longer there is looked up once more. */
async function whereItLies<T>(
  { findable }: ReadPorts,
  { view, instance }: LocatedInstance,
  read: (place: Place) => Promise<T | undefined>,
): Promise<T> {
  const bytes = await read(instance.place);
  if (bytes !== undefined) return bytes;
  const fresh = await findable.wholeSeries(view.series);
  const moved = fresh?.view.instances.get(instance.instance);
  if (moved === undefined) throw new ProblemException(notFound());
  const again = await read(moved.place);
  if (again === undefined) throw new Error('a place names what is not in the object store');
  return again;
}
