import { assertWithin } from '../byte-range.js';
import type { ByteRange } from '../object-store.js';
import { assertAnswers, headObject, type ObjectHead, rangeField } from './read-object.js';
import type { S3Client } from './s3-client.js';
import { isTransient, unavailable } from './s3-failure.js';

/** Breaks of the connection that one stream outlives without a byte between them. */
const BREAKS_MAX = 3;

/** `range` of the object, or all of it, chunk by chunk; undefined when the object is not there. It is asked for when iterating starts: a stream that nobody iterates holds nothing. */
export async function streamObject(
  client: S3Client,
  key: string,
  { range, signal }: { range: ByteRange | undefined; signal: AbortSignal | undefined },
): Promise<AsyncIterable<Buffer> | undefined> {
  const head = await headObject(client, key);
  if (!head) return undefined;
  const wanted = range ?? { start: 0, end: head.bytes };
  assertWithin(wanted, head.bytes);
  return { [Symbol.asyncIterator]: () => chunksOf(client, { key, head }, wanted, signal) };
}

/** When the connection breaks (a server closes one whose reader paused for a minute), the rest is asked for, of the same object. */
async function* chunksOf(
  client: S3Client,
  { key, head }: Readonly<{ key: string; head: ObjectHead }>,
  { start, end }: ByteRange,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  let at = start;
  for (let breaks = 0; at < end; ) {
    const range = { start: at, end };
    const headers = { ...rangeField(range), 'if-match': head.tag };
    const answer = await client.open({ method: 'GET', key, headers, signal });
    try {
      assertAnswers(answer, range);
      for await (const chunk of answer.body) {
        at += chunk.length;
        breaks = 0;
        yield chunk;
        signal?.throwIfAborted();
      }
    } catch (error) {
      signal?.throwIfAborted();
      breaks += 1;
      if (breaks > BREAKS_MAX || !isTransient(error)) throw unavailable(error);
    } finally {
      answer.body.on('error', () => undefined).destroy();
    }
  }
}
