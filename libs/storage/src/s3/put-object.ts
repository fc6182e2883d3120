import { eachChunk } from '../each-chunk.js';
import { ObjectRefused, type Put } from '../object-store.js';
import { assertAbsent, assertOldest } from './conditional-writes.js';
import { CHECKSUM_FIELD, checksumOf, type HeldPart, heldPart } from './held-part.js';
import { beginUpload, type Upload } from './multipart-upload.js';
import type { PutContext, PutTarget } from './put-context.js';
import { S3Failure } from './s3-failure.js';
import { partBytesOf } from './s3-limits.js';
import { PUT_ID_FIELD, writtenByPut } from './written-by-put.js';

/**
 * Puts one object: up to `limits.partBytes` in one request, more as an upload of parts. Holds at most `partsAtOnceMax + 1` parts.
 * An abort or a failure leaves nothing, until the request that makes the object: that one goes to its end.
 */
export async function putObject(
  context: PutContext,
  key: string,
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): Promise<Put> {
  signal?.throwIfAborted();
  const writer = objectWriter(context, { key, id: context.newPutId() }, signal);
  try {
    await eachChunk(body, signal, writer.write);
    return await writer.finish();
  } catch (error) {
    await writer.discard();
    throw refusalOf(error);
  }
}

function objectWriter(context: PutContext, target: PutTarget, signal: AbortSignal | undefined) {
  const { pool, limits } = context;
  let upload: Upload | undefined;
  let number = 1;
  let part: HeldPart | undefined = heldPart(pool, partBytesOf(number, limits));
  let bytes = 0;

  const sendPart = async () => {
    upload ??= await beginUpload(context, target, signal);
    const full = part;
    part = undefined;
    if (full) await upload.send(number, full);
    number += 1;
  };
  /* A full part waits for the next byte: only then is it known not to be the whole object. */
  const writeOn = async (chunk: Uint8Array) => {
    for (let rest = chunk; rest.length > 0; ) {
      await sendPart();
      part = heldPart(pool, partBytesOf(number, limits));
      rest = part.add(rest);
    }
  };

  return {
    write(chunk: Uint8Array): Promise<void> | undefined {
      bytes += chunk.length;
      const rest = part?.add(chunk) ?? chunk;
      return rest.length > 0 ? writeOn(rest) : undefined;
    },
    async finish(): Promise<Put> {
      if (upload) {
        await sendPart();
        await upload.complete();
      } else if (part) {
        const whole = part;
        part = undefined;
        await putWhole(context, target, whole);
      }
      return { bytes };
    },
    async discard(): Promise<void> {
      part?.release(true);
      part = undefined;
      await upload?.abort();
    },
  };
}

async function putWhole(
  { client, bucket }: PutContext,
  target: PutTarget,
  part: HeldPart,
): Promise<void> {
  const body = part.finish();
  const headers = {
    'if-none-match': '*',
    [PUT_ID_FIELD]: target.id,
    [CHECKSUM_FIELD]: checksumOf(body),
  };
  let answered = false;
  try {
    if (!bucket.heeds) await assertAbsent(client, target.key);
    await client.ask({ method: 'PUT', key: target.key, headers, body }, async (answer) => {
      await answer.body.dump();
    });
    answered = true;
  } catch (error) {
    if (!(await writtenByPut(client, target, error))) throw error;
  } finally {
    part.release(answered);
  }
  if (!bucket.heeds && bucket.versioned) await assertOldest(client, target);
}

/** What S3 refuses for ever becomes ObjectRefused; all else stays as it is. */
function refusalOf(error: unknown): unknown {
  if (!(error instanceof S3Failure)) return error;
  if (error.status === 412) return new ObjectRefused('exists', { cause: error });
  if (error.status === 507 || /Quota|StorageFull|TooLarge/.test(error.code))
    return new ObjectRefused('no-space', { cause: error });
  return error.status === 403 ? new ObjectRefused('not-permitted', { cause: error }) : error;
}
