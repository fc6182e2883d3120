import { ObjectRefused, ObjectStoreUnavailable } from '../object-store.js';
import { assertAbsent, assertOldest } from './conditional-writes.js';
import { CHECKSUM_FIELD, checksumOf, type HeldPart, heldText } from './held-part.js';
import type { PutContext, PutTarget } from './put-context.js';
import { childText, readXml } from './read-xml.js';
import { errorCodeIn, type S3Answer, type S3Client, textOf } from './s3-client.js';
import { S3Failure } from './s3-failure.js';
import { PARTS_MAX } from './s3-limits.js';
import { PUT_ID_FIELD, writtenByPut } from './written-by-put.js';

/** An object that is sent part by part. Not there before `complete` resolves. */
export type Upload = Readonly<{
  /** Sends part `number` (from 1) beside others, when it is its turn; resolves as soon as it is under way, and takes care of the part. */
  send(number: number, part: HeldPart): Promise<void>;
  complete(): Promise<void>;
  /** Resolves when nothing is under way any more and S3 has forgotten the parts; a failure to forget is reported, the sweep of abandoned uploads repeats it. */
  abort(): Promise<void>;
}>;

/** What S3 and we say of a part that it took. */
type TakenPart = Readonly<{ tag: string; checksum: string }>;

/** Begins an upload. When the answer of an attempt is lost, an upload without parts is left to the sweep of abandoned uploads. */
export async function beginUpload(
  context: PutContext,
  target: PutTarget,
  signal: AbortSignal | undefined,
): Promise<Upload> {
  const { client, limits, report } = context;
  const { key, id } = target;
  const headers = { [PUT_ID_FIELD]: id, 'x-amz-checksum-algorithm': 'SHA256' };
  const begin = { method: 'POST', key, query: [['uploads', '']], headers, signal } as const;
  const uploadId = await client.ask(begin, readId);
  const stop = new AbortController();
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const sending = new Set<Promise<void>>();
  const taken: TakenPart[] = [];

  const sendOne = async (number: number, part: HeldPart) => {
    const body = part.finish();
    const checksum = checksumOf(body);
    const query = [['partNumber', `${number}`] as const, ['uploadId', uploadId] as const];
    const fields = { [CHECKSUM_FIELD]: checksum };
    const request = { method: 'PUT', key, query, headers: fields, body, signal: stopped } as const;
    let answered = false;
    try {
      taken[number - 1] = { checksum, tag: await client.ask(request, readTag) };
      answered = true;
    } finally {
      part.release(answered);
    }
  };
  const turnOf = async (number: number) => {
    if (number > PARTS_MAX) throw new ObjectRefused('no-space');
    if (sending.size >= limits.partsAtOnceMax) await Promise.race(sending);
  };

  return {
    async send(number, part) {
      try {
        await turnOf(number);
      } catch (error) {
        part.release(true);
        throw error;
      }
      const sent = sendOne(number, part);
      sending.add(sent);
      sent.then(() => sending.delete(sent)).catch(() => undefined);
    },
    async complete() {
      await Promise.all(sending);
      signal?.throwIfAborted();
      await completeUpload(context, target, { uploadId, taken });
    },
    async abort() {
      stop.abort(new Error('the upload was given up'));
      await Promise.allSettled(sending);
      await forgetUpload(client, key, uploadId).catch(report);
    },
  };
}

/** Aborts an upload; one that isn't there is no error. */
export async function forgetUpload(client: S3Client, key: string, uploadId: string): Promise<void> {
  const query = [['uploadId', uploadId]] as const;
  try {
    await client.ask({ method: 'DELETE', key, query }, ({ body }) => body.dump());
  } catch (error) {
    if (!(error instanceof S3Failure && error.status === 404)) throw error;
  }
}

/**
 * Makes the parts one object. Not every S3 heeds `If-None-Match` here (Ceph 16 doesn't), so the key is looked at first; of two
 * uploads of one key that end at the same moment both may pass there. Keys are never used twice by design (D1).
 */
async function completeUpload(
  { client, bucket, limits }: PutContext,
  target: PutTarget,
  { uploadId, taken }: Readonly<{ uploadId: string; taken: readonly TakenPart[] }>,
): Promise<void> {
  const { key } = target;
  await assertAbsent(client, key);
  const query = [['uploadId', uploadId]] as const;
  const headers = { 'if-none-match': '*', 'content-type': 'application/xml' };
  const body = heldText(completion(taken));
  const { completionMs: headersMs } = limits;
  try {
    await client.ask({ method: 'POST', key, query, headers, body, headersMs }, readCompletion);
  } catch (error) {
    if (!(await writtenByPut(client, target, error))) throw error;
  }
  if (!bucket.heeds && bucket.versioned) await assertOldest(client, target);
}

function completion(taken: readonly TakenPart[]): string {
  const parts = taken.map(
    ({ tag, checksum }, index) =>
      `<Part><ChecksumSHA256>${checksum}</ChecksumSHA256><ETag>${tag}</ETag><PartNumber>${index + 1}</PartNumber></Part>`,
  );
  return `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts.join('')}</CompleteMultipartUpload>`;
}

async function readId(answer: S3Answer): Promise<string> {
  const id = childText(readXml(await textOf(answer)), 'UploadId');
  if (!id) throw new ObjectStoreUnavailable('S3 began an upload and gave no id');
  return id;
}

/** It is sent back as it came, but only in a form that needs no escape in XML. */
async function readTag({ headers, body }: S3Answer): Promise<string> {
  await body.dump();
  const tag = String(headers['etag'] ?? '').replaceAll('"', '');
  if (!/^[A-Za-z0-9+/=_-]{1,256}$/.test(tag))
    throw new ObjectStoreUnavailable('S3 took a part and gave no tag');
  return tag;
}

/** S3 may begin its answer with 200 and say only later that it failed. */
async function readCompletion(answer: S3Answer): Promise<void> {
  const code = errorCodeIn(await textOf(answer));
  if (code !== undefined) throw new S3Failure(200, code, false);
}
