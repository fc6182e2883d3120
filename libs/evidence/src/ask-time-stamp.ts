import type { X509Certificate } from 'node:crypto';
import { checkTimeStamp } from './check-time-stamp.js';
import { DerFault, partOf, readDer, TAG } from './der.js';
import { TIME_STAMP_NONCE_BYTES, timeStampRequest } from './time-stamp-request.js';
import { bareNumber, readTimeStampToken } from './time-stamp-token.js';

/** A time-stamping authority over HTTP (RFC 3161 §3.4) and the certificates that it is believed by. */
export type TimeStamper = Readonly<{
  url: string;
  trusted: readonly X509Certificate[];
  random: (bytes: number) => Buffer;
}>;

/** A token (DER) that was checked; `at`: when the authority says that it saw the hash. */
export type Stamp = Readonly<{ token: Buffer; at: string }>;

/** The authority gave no time-stamp, or none that can be believed. */
export class TimeStampRefused extends Error {
  override readonly name = 'TimeStampRefused';
}

/** The largest answer that is read; those of real authorities take 2 to 10 KB. */
export const TIME_STAMP_BYTES_MAX = 64 * 1024;
const ANSWER_MS_MAX = 30_000;
const GRANTED: readonly number[] = [0, 1];

/** Has a SHA-256 stamped. Throws TimeStampRefused, and what a broken network throws. */
export async function askTimeStamp(
  { url, trusted, random }: TimeStamper,
  hash: Buffer,
  signal: AbortSignal,
): Promise<Stamp> {
  const nonce = random(TIME_STAMP_NONCE_BYTES);
  nonce[0] = (nonce[0] ?? 0) & 0x7f;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/timestamp-query' },
    body: new Uint8Array(timeStampRequest(hash, nonce)),
    redirect: 'error',
    signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS_MAX)]),
  });
  const bytes = await bytesOf(answer);
  if (answer.status !== 200) throw new TimeStampRefused(`the authority answered ${answer.status}`);
  const { token, said } = readAnswer(bytes);
  if (said !== bareNumber(nonce)) throw new TimeStampRefused('the answer is to another request');
  const checked = checkTimeStamp(token, hash, trusted);
  if (!checked.ok) throw new TimeStampRefused(`the time-stamp is no good: ${checked.fault}`);
  return { token, at: checked.at };
}

async function bytesOf({ body }: Response): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.length;
    if (bytes > TIME_STAMP_BYTES_MAX) throw new TimeStampRefused('the answer is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/* TimeStampResp (RFC 3161 §2.4.2): a status, and a token when it is granted. */
function readAnswer(bytes: Buffer): Readonly<{ token: Buffer; said: string | undefined }> {
  try {
    const answer = readDer(bytes);
    const status = partOf(partOf(answer, 0, TAG.sequence), 0, TAG.integer).content;
    if (status.length !== 1 || !GRANTED.includes(status[0] ?? -1))
      throw new TimeStampRefused(`the authority refused with status ${status.toString('hex')}`);
    const token = partOf(answer, 1, TAG.sequence).raw;
    return { token, said: readTimeStampToken(token).nonce };
  } catch (cause) {
    if (cause instanceof DerFault)
      throw new TimeStampRefused('the answer is no time-stamp', { cause });
    throw cause;
  }
}
