import { createHash } from 'node:crypto';
import {
  multipartBuffers,
  multipartContentType,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import type { Answer } from '../../answer.js';

/** One rendered thing of an answer, and the address at which it can be had alone. */
export type RenderedPart = Readonly<{ mediaType: string; location?: string; body: Buffer }>;

/** From what the answer consists of: the same after a restart and on every machine. */
export const boundaryOf = (name: string): string =>
  `arkim-${createHash('sha256').update(name).digest('hex').slice(0, 48)}`;

/** Short and without a trace of the parameters it stands for. */
export const digestOf = (...names: readonly string[]): string =>
  createHash('sha256').update(names.join('\n')).digest('hex');

/** Scripts of stored documents must not run in the name of this address. */
const SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox";
const IS_MARKUP = /^text\/(html|xml)/;

/** An answer of one thing. */
export const singleAnswer = (
  { mediaType, body }: Pick<RenderedPart, 'mediaType' | 'body'>,
  headers: Answer['headers'],
): Answer => ({
  status: 200,
  headers: {
    ...headers,
    ...safetyHeaders(mediaType),
    'content-type': mediaType,
    'content-length': body.length,
  },
  body,
});

export const safetyHeaders = (mediaType: string): Answer['headers'] =>
  IS_MARKUP.test(mediaType) ? { 'content-security-policy': SANDBOX } : {};

/** All parts at hand. */
export function partsAnswer(
  parts: readonly RenderedPart[],
  { mediaType, headers, name }: Framing,
): Answer {
  const boundary = boundaryOf(name);
  const body = multipartBuffers(
    parts.map((part) => ({ headers: partHeaders(part), body: part.body })),
    boundary,
  );
  const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
  const type = multipartContentType(mediaType, boundary);
  return {
    status: 200,
    headers: { ...headers, 'content-type': type, 'content-length': length },
    body,
  };
}

/** `name` tells this answer from others, `mediaType` is that of its first part. */
export type Framing = Readonly<{ mediaType: string; headers: Answer['headers']; name: string }>;

/** Parts one after the other, as they are made. */
export function streamedPartsAnswer(
  parts: AsyncIterable<RenderedPart>,
  { mediaType, headers, name, status }: Framing & Readonly<{ status: number }>,
): Answer {
  const boundary = boundaryOf(name);
  return {
    status,
    headers: { ...headers, 'content-type': multipartContentType(mediaType, boundary) },
    body: writeMultipart(outgoing(parts), boundary),
  };
}

async function* outgoing(parts: AsyncIterable<RenderedPart>): AsyncGenerator<OutgoingPart> {
  for await (const part of parts) yield { headers: partHeaders(part), body: part.body };
}

function partHeaders({ mediaType, location }: RenderedPart): OutgoingPart['headers'] {
  const type = ['Content-Type', mediaType] as const;
  return location === undefined ? [type] : [type, ['Content-Location', location]];
}
