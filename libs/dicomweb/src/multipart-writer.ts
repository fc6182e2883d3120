import { isBoundary } from './boundary.js';
import { formatMediaType } from './media-type.js';

/** A part to send: header fields in order, and its bytes. */
export type OutgoingPart = Readonly<{
  headers: readonly (readonly [name: string, value: string])[];
  body: Buffer | AsyncIterable<Buffer>;
}>;

/** A part whose length is known before its bytes are read. */
export type MeasuredPart = Pick<OutgoingPart, 'headers'> & Readonly<{ bytes: number }>;

/** Buffers below this are copied together, larger ones go out as they are. */
const MERGE_BYTES_MAX = 16 * 1024;
const CHUNK_BYTES = 64 * 1024;

/** Content-Type of a multipart answer (PS3.18 §8.7.1); the parts have type `mediaType`. */
export const multipartContentType = (
  mediaType: string,
  boundary: string,
  transferSyntax?: string,
): string =>
  formatMediaType('multipart/related', {
    type: mediaType,
    ...(transferSyntax === undefined ? {} : { 'transfer-syntax': transferSyntax }),
    boundary,
  });

/**
 * The body of a multipart/related answer (PS3.18 §8.6.1.2.1), in few chunks; parts are asked for one after the other, as fast
 * as the reader takes them. An illegal boundary or header field is a fault and throws.
 */
export async function* writeMultipart(
  parts: Iterable<OutgoingPart> | AsyncIterable<OutgoingPart>,
  boundary: string,
): AsyncGenerator<Buffer, void, undefined> {
  const gather = gatherer();
  let first = true;
  for await (const { headers, body } of parts) {
    yield* gather(head(headers, boundary, first));
    first = false;
    if (Buffer.isBuffer(body)) yield* gather(body);
    else for await (const chunk of body) yield* gather(chunk);
  }
  yield* gather(tail(boundary, first));
  yield* gather(undefined);
}

/** The same body as a list of buffers, when all bodies are at hand: for answers that go out in one write. */
export const multipartBuffers = (
  parts: readonly (Pick<OutgoingPart, 'headers'> & Readonly<{ body: Buffer }>)[],
  boundary: string,
): readonly Buffer[] => {
  const gather = gatherer();
  const chunks: Buffer[] = [];
  for (const [index, { headers, body }] of parts.entries())
    chunks.push(...gather(head(headers, boundary, index === 0)), ...gather(body));
  chunks.push(...gather(tail(boundary, parts.length === 0)), ...gather(undefined));
  return chunks;
};

/** Bytes that `writeMultipart` will write for these parts. */
export const multipartLength = (parts: readonly MeasuredPart[], boundary: string): number =>
  parts.reduce(
    (sum, { headers, bytes }, index) => sum + head(headers, boundary, index === 0).length + bytes,
    tail(boundary, parts.length === 0).length,
  );

/** Gathers small buffers into chunks; `undefined` asks for what is left. A large buffer passes through uncopied. */
const gatherer = () => {
  let small: Buffer[] = [];
  let bytes = 0;
  const flush = (): Buffer[] => {
    if (bytes === 0) return [];
    const chunk = small.length === 1 ? small : [Buffer.concat(small, bytes)];
    small = [];
    bytes = 0;
    return chunk;
  };
  return (buffer: Buffer | undefined): Buffer[] => {
    if (buffer === undefined) return flush();
    if (buffer.length >= MERGE_BYTES_MAX) return [...flush(), buffer];
    if (buffer.length > 0) small.push(buffer);
    bytes += buffer.length;
    return bytes >= CHUNK_BYTES ? flush() : [];
  };
};

const head = (headers: OutgoingPart['headers'], boundary: string, first: boolean): Buffer => {
  if (!isBoundary(boundary)) throw new RangeError('not a multipart boundary');
  let text = `${first ? '' : '\r\n'}--${boundary}\r\n`;
  for (const [name, value] of headers) {
    if (!isField(name, value)) throw new RangeError(`not a header field: ${name}`);
    text += `${name}: ${value}\r\n`;
  }
  return Buffer.from(`${text}\r\n`, 'latin1');
};

const tail = (boundary: string, first: boolean): Buffer =>
  Buffer.from(`${first ? '' : '\r\n'}--${boundary}--\r\n`, 'latin1');

const isField = (name: string, value: string) =>
  /^[\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(value);
