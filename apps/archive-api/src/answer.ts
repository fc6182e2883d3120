import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { drainRequest } from './drain-request.js';
import { type Problem, preconditionFailed } from './problem.js';

/** What a request is answered with, free of any framework. Buffers go out as they are, in one write; an iterable chunk by chunk, the next one asked for when the last one has left. */
export type Answer = Readonly<{
  status: number;
  headers: Readonly<Record<string, string | number>>;
  body?: Buffer | readonly Buffer[] | AsyncIterable<Uint8Array>;
  /** Called when nothing of a body of buffers will be read any more: it was sent, or nobody is there to take it. */
  sent?: () => void;
}>;

/** An answer that is one text of this media type. */
export const textAnswer = (status: number, type: string, text: string): Answer => {
  const body = Buffer.from(text);
  return { status, headers: { 'content-type': type, 'content-length': body.length }, body };
};

/** RFC 9457 §3; a 401 says how to authenticate (RFC 6750 §3), a 503 when to come back. */
export function problemAnswer(problem: Problem): Answer {
  const answer = textAnswer(problem.status, 'application/problem+json', JSON.stringify(problem));
  const { retryAfter } = problem;
  const headers = {
    ...answer.headers,
    'cache-control': 'no-store',
    ...(problem.status === 401 ? { 'www-authenticate': 'Bearer realm="arkim"' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }),
  };
  return { ...answer, headers };
}

/** Sends it past the framework's serializers. A HEAD gets the head alone. A body of the client that nobody read is not left in its way. */
export async function sendAnswer(reply: FastifyReply, found: Answer): Promise<void> {
  const { raw } = reply;
  const answer = unlessPreconditionFails(raw.req, found);
  reply.hijack();
  if (raw.destroyed) return found.sent?.();
  if (found.sent !== undefined) raw.once('close', found.sent);
  const unread = !raw.req.complete && hasBody(raw.req);
  const { body } = answer;
  raw.writeHead(answer.status, {
    ...answer.headers,
    'x-content-type-options': 'nosniff',
    ...(unread ? { connection: 'close' } : {}),
  });
  if (unread && (body === undefined || Buffer.isBuffer(body)))
    await sendBeforeEndOfRequest(raw, body);
  else await sendBody(raw, body);
}

/** RFC 9110 §13.1.1: what has an entity tag is given under If-Match only when the field lists it; strong comparison. */
function unlessPreconditionFails({ headers }: IncomingMessage, answer: Answer): Answer {
  const ifMatch = headers['if-match'];
  const { etag } = answer.headers;
  if (ifMatch === undefined || etag === undefined) return answer;
  const listed = ifMatch.split(',').map((candidate) => candidate.trim());
  return listed.includes('*') || listed.includes(String(etag))
    ? answer
    : problemAnswer(preconditionFailed());
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;

async function sendBody(raw: ServerResponse, body: Answer['body']): Promise<void> {
  if (body === undefined || raw.req.method === 'HEAD') raw.end();
  else if (Buffer.isBuffer(body)) raw.end(body);
  else if (isList(body)) endWithList(raw, body);
  else await sendStream(raw, body);
}

const isList = (body: readonly Buffer[] | AsyncIterable<Uint8Array>): body is readonly Buffer[] =>
  Array.isArray(body);

function endWithList(raw: ServerResponse, body: readonly Buffer[]): void {
  raw.cork();
  for (const buffer of body) raw.write(buffer);
  raw.end();
  raw.uncork();
}

/** A client that goes away in the middle is no fault; anything else is, and the client sees the answer break off. */
async function sendStream(raw: ServerResponse, body: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    for await (const chunk of body) if (!(await leaves(raw, chunk))) return;
    raw.end();
  } catch (error) {
    raw.destroy();
    throw error;
  }
}

/** Resolves once the chunk is the system's and its memory free again; false when the client has gone. */
const leaves = (raw: ServerResponse, chunk: Uint8Array): Promise<boolean> =>
  new Promise((resolve) => {
    const gone = () => resolve(false);
    if (raw.destroyed) return gone();
    raw.once('close', gone);
    raw.write(chunk, (error) => {
      raw.off('close', gone);
      resolve(!error);
    });
  });

/** The answer goes out whole before the connection is closed: closing over unread bytes would reset it under the answer. */
async function sendBeforeEndOfRequest(
  raw: ServerResponse,
  body: Buffer | undefined,
): Promise<void> {
  if (body !== undefined) raw.write(body);
  if (isBeingSent(raw.req)) await drainRequest(raw.req);
  raw.end();
}

/** Who waits for leave to send and was never given it sends nothing. */
const isBeingSent = ({ headers, readableDidRead }: IncomingMessage): boolean =>
  headers.expect === undefined || readableDidRead;
