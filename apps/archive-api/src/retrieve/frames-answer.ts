import {
  multipartBuffers,
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease } from '#platform/buffer-pool';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { rangeAnswer } from '../range-answer.js';
import { readAhead } from '../read-ahead.js';
import { isEncoded } from './agree-on-form.js';
import { boundaryOf } from './boundary.js';
import { partHeaders } from './content-location.js';
import { bufferOf, type StoredFrame } from './frame-source.js';
import { validatorHeaders } from './validator.js';

/** Frames below this, together, go out in one write; more are streamed. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
const STREAMED_AHEAD = 3;

/** A frame, ready to be sent, and the address that names it. */
export type AddressedFrame = StoredFrame & Readonly<{ location: string }>;

type Framing = Readonly<{
  offer: Offer;
  tag: string;
  range: AskedRange | undefined;
  lease: BufferLease;
  /** Memory is short: a stream will do. */
  crowded: boolean;
}>;

/** One frame in one part, with ranges of it; else all of them in parts (PS3.18 §8.6.1). */
export async function framesAnswer(
  frames: readonly AddressedFrame[],
  { offer, tag, range, lease, crowded }: Framing,
): Promise<Answer> {
  const [only] = frames;
  const headers = validatorHeaders(tag);
  if (!offer.multipart && only !== undefined)
    return rangeAnswer(
      {
        tag,
        bytes: only.bytes,
        headers: {
          ...headers,
          'content-type': contentTypeOf(offer),
          'content-location': only.location,
        },
        open: (part) => only.open(crowded ? undefined : lease.allocate, part),
        sent: lease.end,
      },
      range,
    );
  const boundary = boundaryOf(tag);
  const type = contentTypeOf(offer);
  const parts = frames.map(({ bytes, open, location }) => ({
    headers: partHeaders(type, location),
    bytes,
    open,
  }));
  const total = isEncoded(offer) ? undefined : multipartLength(parts, boundary);
  const isSmall = total !== undefined && total <= BUFFERED_BYTES_MAX;
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(offer.mediaType, boundary, offer.transferSyntax),
      ...(total === undefined ? {} : { 'content-length': total }),
    },
    body: isSmall && !crowded ? await atOnce(parts, { boundary, lease }) : inTurn(parts, boundary),
    sent: lease.end,
  };
}

type FramePart = StoredFrame & Pick<OutgoingPart, 'headers'>;

async function atOnce(
  parts: readonly FramePart[],
  { boundary, lease }: Readonly<{ boundary: string; lease: BufferLease }>,
): Promise<readonly Buffer[]> {
  const opened = await Promise.all(
    parts.map(async ({ headers, open }) => ({
      headers,
      body: await bufferOf(await open(lease.allocate)),
    })),
  );
  return multipartBuffers(opened, boundary);
}

const inTurn = (parts: readonly FramePart[], boundary: string): AsyncIterable<Buffer> =>
  writeMultipart(
    readAhead(
      parts,
      async ({ headers, open }) => ({ headers, body: await open() }),
      STREAMED_AHEAD,
    ),
    boundary,
  );
