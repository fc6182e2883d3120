import { isBoundary } from './boundary.js';
import { MultipartError } from './multipart-error.js';
import { bytesOf, type MultipartBounds, nextPart, openSplit } from './split-parts.js';

/** A part of a body; header names in lower case, no names when it has no header. `body` can be read once, and only until the next part is asked for. */
export type MultipartPart = Readonly<{
  headers: ReadonlyMap<string, string>;
  body: AsyncIterable<Buffer>;
}>;

export const MULTIPART_BOUNDS: MultipartBounds = {
  partsMax: 10_000,
  partHeaderBytesMax: 16 * 1024,
  partHeadersMax: 32,
  preambleBytesMax: 64 * 1024,
  epilogueBytesMax: 64 * 1024,
};

const NO_HEADERS: ReadonlyMap<string, string> = new Map();

/**
 * Parts of a multipart/related body (RFC 2046 §5.1), one strictly after the other; bytes of a part that nobody read are passed
 * over. Bytes are taken from `source` only as they are asked for; its iterator is returned at the end, also when reading
 * stops early (for an HTTP request give `request.iterator({ destroyOnReturn: false })`, so that it can still be answered).
 * Throws MultipartError, also to the reader of a part's body; what `source` throws goes through.
 */
export async function* readMultipart(
  source: AsyncIterable<Buffer>,
  boundary: string,
  bounds: MultipartBounds = MULTIPART_BOUNDS,
): AsyncGenerator<MultipartPart, void, undefined> {
  if (!isBoundary(boundary)) throw new MultipartError('boundary');
  const split = openSplit(source, boundary, bounds);
  try {
    for (let part = await nextPart(split); part !== undefined; part = await nextPart(split)) {
      yield { headers: part.headers ?? NO_HEADERS, body: bytesOf(split, part) };
      for await (const _ of bytesOf(split, part));
    }
  } finally {
    await split.slices.return();
  }
}
