import fc from 'fast-check';
import { MultipartError } from './multipart-error.js';
import { readMultipart } from './multipart-reader.js';
import type { MultipartBounds } from './split-parts.js';

export type ReadPart = Readonly<{ headers: Record<string, string>; body: Buffer }>;

/** The bytes cut at these places, as a stream would bring them. */
export async function* inChunks(bytes: Buffer, cuts: readonly number[]): AsyncGenerator<Buffer> {
  const places = [...cuts.map((cut) => cut % (bytes.length + 1)), bytes.length];
  let start = 0;
  for (const end of places.sort((a, b) => a - b)) {
    yield bytes.subarray(start, end);
    start = end;
  }
}

/** All chunks, joined. */
export async function joined(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  return Buffer.concat(await listed(chunks));
}

export async function listed(chunks: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const list: Buffer[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}

/** Everything a body holds. */
export async function readAll(
  source: AsyncIterable<Buffer>,
  boundary: string,
  bounds?: MultipartBounds,
): Promise<ReadPart[]> {
  const parts: ReadPart[] = [];
  for await (const { headers, body } of readMultipart(source, boundary, bounds)) {
    parts.push({ headers: Object.fromEntries(headers), body: await joined(body) });
  }
  return parts;
}

/** Why reading ended: the fault, or `done`. Anything but a MultipartError is thrown on. */
export async function outcomeOf(
  source: AsyncIterable<Buffer>,
  boundary: string,
  bounds?: MultipartBounds,
) {
  try {
    await readAll(source, boundary, bounds);
    return 'done';
  } catch (error) {
    if (error instanceof MultipartError) return error.reason;
    throw error;
  }
}

const BOUNDARY_CHARACTERS =
  "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'()+_,-./:=?";

export const boundaries = fc
  .string({ unit: fc.constantFrom(...BOUNDARY_CHARACTERS), minLength: 1, maxLength: 70 })
  .filter((text) => !text.startsWith('--'));

/** Bytes that come close to being a boundary, again and again. */
export const nearMisses = (boundary: string) =>
  fc
    .array(
      fc.oneof(
        fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
        fc.nat(boundary.length + 3).map((end) => Buffer.from(`\r\n--${boundary}`.slice(0, end))),
        fc
          .constantFrom('\r', '\n', '\r\n', '-', '--', '\r\n\r\n', '\r\n--')
          .map((text) => Buffer.from(text)),
      ),
      { maxLength: 12 },
    )
    .map((pieces) => Buffer.concat(pieces))
    .filter(
      (bytes) =>
        !bytes.includes(`\r\n--${boundary}`) &&
        !bytes.subarray(0, boundary.length + 2).equals(Buffer.from(`--${boundary}`)),
    );
