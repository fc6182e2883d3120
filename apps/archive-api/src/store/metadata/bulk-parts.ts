import type { BulkMediaType } from '#dicomweb/bulk-media-type';
import type { ObjectStore } from '#storage/object-store';

/** A bulk data part; `place` is undefined when it was longer than a part may be. */
export type BulkPart = Readonly<{
  key: string;
  type: BulkMediaType | undefined;
  place: Readonly<{ key: string; offset: number; bytes: number }> | undefined;
}>;

/** The bulk data of a request by its normal address, parts of one address in their order. */
export type BulkParts = ReadonlyMap<string, readonly BulkPart[]>;

const BASE = 'http://arkim.invalid/';
const DEPTH_MAX = 256;

/** One spelling for an address: BulkDataURI and Content-Location may be relative (RFC 9110 §8.7). */
export const addressKey = (uri: string): string =>
  URL.canParse(uri, BASE) ? new URL(uri, BASE).href : uri;

export function byAddress(parts: readonly BulkPart[]): BulkParts {
  const grouped = new Map<string, BulkPart[]>();
  for (const part of parts) {
    const group = grouped.get(part.key);
    if (group === undefined) grouped.set(part.key, [part]);
    else group.push(part);
  }
  return grouped;
}

/** How often the data sets name each address. */
export function countUses(dataSets: readonly unknown[]): ReadonlyMap<string, number> {
  const uses = new Map<string, number>();
  for (const uri of dataSets.flatMap((dataSet) => [...bulkUris(dataSet, 0)])) {
    const key = addressKey(uri);
    uses.set(key, (uses.get(key) ?? 0) + 1);
  }
  return uses;
}

/** Every BulkDataURI of a data set of any shape; deeper ones than the writer takes are passed over. */
function* bulkUris(value: unknown, depth: number): Generator<string> {
  if (typeof value !== 'object' || value === null || depth > DEPTH_MAX) return;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'BulkDataURI' && typeof inner === 'string') yield inner;
    else yield* bulkUris(inner, depth + 1);
  }
}

/** The bytes of a part, read again each time they are wanted. */
export function bytesOfPart(objects: ObjectStore, { place }: BulkPart) {
  const { key, offset, bytes } = place ?? { key: '', offset: 0, bytes: 0 };
  return {
    bytes,
    open: async function* (): AsyncGenerator<Buffer> {
      const stream = await objects.stream(key, { start: offset, end: offset + bytes });
      if (stream === undefined) throw new Error('bulk data of a request is no longer there');
      yield* stream;
    },
  };
}
