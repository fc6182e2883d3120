import type { KeyObject } from 'node:crypto';
import type { ExtractedInstance } from './extract.js';
import { type PixelDigester, pixelDigester, pixelSourceOf } from './pixel-digest.js';
import type { InstanceView } from './series-view.js';

type Bytes = AsyncIterable<Uint8Array>;

/** An instance, and what its extract says of it. */
export type DigestedInstance = Readonly<{
  view: InstanceView;
  facts: Omit<ExtractedInstance, 'json'> | undefined;
}>;

/** Lets the bytes of an instance through and, when all have gone by, tells the digest of its pixels; nothing when there is none. */
export function digestPixels(
  key: KeyObject,
  { view, facts }: DigestedInstance,
  { body, found }: Readonly<{ body: Bytes; found: (digest: Buffer) => void }>,
): Bytes {
  const source = facts && pixelSourceOf(facts, view);
  return source === undefined ? body : passedOn(body, pixelDigester(key, source), found);
}

async function* passedOn(
  body: Bytes,
  digester: PixelDigester,
  found: (digest: Buffer) => void,
): Bytes & AsyncGenerator<Uint8Array> {
  for await (const chunk of body) {
    digester.update(chunk);
    yield chunk;
  }
  const digest = digester.digest();
  if (digest !== undefined) found(digest);
}
