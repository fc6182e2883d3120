import { assertReadable, assertWithin } from '../byte-range.js';
import { type Allocate, type ByteRange, ObjectStoreUnavailable } from '../object-store.js';
import type { S3Answer, S3Client } from './s3-client.js';
import { S3Failure } from './s3-failure.js';

/** What HEAD tells of an object. */
export type ObjectHead = Readonly<{ bytes: number; tag: string }>;

/** Length and tag of the object under `key`; undefined when it is not there. */
export function headObject(client: S3Client, key: string): Promise<ObjectHead | undefined> {
  return unlessMissing(
    client.ask({ method: 'HEAD', key }, async ({ headers }) => ({
      bytes: wholeNumber(headers['content-length']),
      tag: String(headers['etag'] ?? ''),
    })),
  );
}

/** `range` of the object in one buffer, read straight into it; undefined when the object is not there. */
export async function readObject(
  client: S3Client,
  key: string,
  {
    range,
    allocate = Buffer.allocUnsafeSlow,
  }: { range: ByteRange; allocate?: Allocate | undefined },
): Promise<Buffer | undefined> {
  assertReadable(range, Number.MAX_SAFE_INTEGER);
  if (range.start === range.end) return emptyRange(client, key, range);
  let buffer: Buffer | undefined;
  const begin = (headers: S3Answer['headers']): Buffer => {
    assertAnswers({ statusCode: 206, headers }, range);
    buffer ??= allocate(range.end - range.start);
    return buffer;
  };
  const request = { method: 'GET', key, headers: rangeField(range) } as const;
  return unlessMissing(client.fill(request, { status: 206, begin }).then(() => buffer));
}

/** S3 knows no range without bytes. */
async function emptyRange(
  client: S3Client,
  key: string,
  range: ByteRange,
): Promise<Buffer | undefined> {
  const head = await headObject(client, key);
  if (!head) return undefined;
  assertWithin(range, head.bytes);
  return Buffer.alloc(0);
}

/** The Range field (RFC 9110 §14.2), whose end is inclusive. */
export function rangeField({ start, end }: ByteRange): { range: string } {
  return { range: `bytes=${start}-${end - 1}` };
}

/** Throws RangeError when the object ends before the range, ObjectStoreUnavailable when another range came than was asked for. */
export function assertAnswers(
  { statusCode, headers }: Pick<S3Answer, 'statusCode' | 'headers'>,
  range: ByteRange,
): void {
  const told = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(headers['content-range'] ?? ''));
  if (statusCode !== 206 || !told) throw wrongAnswer('no range');
  const [start, last, objectBytes] = told.slice(1).map(Number) as [number, number, number];
  assertWithin(range, objectBytes);
  const length = wholeNumber(headers['content-length']);
  if (start !== range.start || last !== range.end - 1 || length !== range.end - range.start)
    throw wrongAnswer('another range');
}

/** Undefined for an object that is not there, RangeError for a range that starts past its end; all else as it is. */
export async function unlessMissing<T>(asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof S3Failure)) throw error;
    if (error.status === 404 && error.code !== 'NoSuchBucket') return undefined;
    if (error.status === 416) throw new RangeError('short read: the range starts past the end');
    throw error;
  }
}

function wholeNumber(field: string | string[] | undefined): number {
  const text = String(field ?? '');
  if (!/^\d{1,15}$/.test(text)) throw wrongAnswer('no length');
  return Number(text);
}

function wrongAnswer(what: string): ObjectStoreUnavailable {
  return new ObjectStoreUnavailable(`S3 answered with ${what}`);
}
