import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { parseMediaType } from '#dicomweb/media-type';
import { badRequest, bodyTooLarge, ProblemException, unsupportedMediaType } from '../problem.js';
import { inTime } from '../read-in-time.js';

const BODY_BYTES_MAX = 16 * 1024;
const BODY_MS_MAX = 10_000;

/** The JSON body of a request, as the schema says it is. Throws ProblemException; what it says names a field of ours, never what was sent. */
export async function readJson<S extends z.ZodType>(
  request: FastifyRequest,
  reply: FastifyReply,
  schema: S,
): Promise<z.output<S>> {
  requireJson(request);
  if (request.headers.expect !== undefined) reply.raw.writeContinue();
  return checked(schema, parsed(await bytesOf(request)), 'body');
}

/** The query of a request, as the schema says it is. */
export const readQuery = <S extends z.ZodType>({ query }: FastifyRequest, schema: S): z.output<S> =>
  checked(schema, query, 'query');

function requireJson({ headers }: FastifyRequest): void {
  const type = parseMediaType(headers['content-type'] ?? '');
  const isJson =
    type.ok && type.mediaType.type === 'application' && type.mediaType.subtype === 'json';
  if (!isJson || (headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new ProblemException(unsupportedMediaType('Only application/json is taken.'));
}

async function bytesOf({ raw, headers }: FastifyRequest): Promise<Buffer> {
  if (Number(headers['content-length'] ?? 0) > BODY_BYTES_MAX)
    throw new ProblemException(bodyTooLarge());
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of inTime(raw.iterator({ destroyOnReturn: false }), BODY_MS_MAX)) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new ProblemException(bodyTooLarge());
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw new ProblemException(badRequest('The body is not JSON in UTF-8.'));
  }
}

function checked<S extends z.ZodType>(schema: S, value: unknown, what: string): z.output<S> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue?.code === 'unrecognized_keys' ? '' : fieldOf(issue?.path ?? []);
  const detail =
    place === '' ? `The ${what} does not fit its schema.` : `${place} is missing or not valid.`;
  throw new ProblemException(badRequest(detail));
}

/* A path leads through the names of the schema and places in lists. */
const fieldOf = (path: readonly PropertyKey[]): string => path.map(String).join('.');
