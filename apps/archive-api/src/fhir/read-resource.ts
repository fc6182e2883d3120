import type { FastifyRequest } from 'fastify';
import { parseMediaType } from '#dicomweb/media-type';
import { badRequest, bodyTooLarge, ProblemException, unsupportedMediaType } from '../problem.js';
import { inTime } from '../read-in-time.js';
import type { Resource } from './fhir-answer.js';

const BODY_BYTES_MAX = 256 * 1024;
const BODY_MS_MAX = 15_000;
const TAKEN = ['application/fhir+json', 'application/json'];

/** The resource in the body of a request; its content is still to be checked. Throws ProblemException. */
export async function readResource(
  request: FastifyRequest,
  resourceType: string,
): Promise<Resource> {
  const parsed = parseMediaType(request.headers['content-type'] ?? '');
  const isTaken =
    parsed.ok && TAKEN.includes(`${parsed.mediaType.type}/${parsed.mediaType.subtype}`);
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (!isTaken || coding !== 'identity')
    throw new ProblemException(unsupportedMediaType('Only application/fhir+json is taken.'));
  const body = parse(await readWhole(request));
  if (body.resourceType !== resourceType)
    throw new ProblemException(badRequest(`The body is not a ${resourceType}.`));
  return body;
}

const parse = (text: string): Resource => {
  try {
    const body: unknown = JSON.parse(text);
    if (typeof body === 'object' && body !== null && 'resourceType' in body)
      return body as Resource;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new ProblemException(badRequest('The body is not a resource in JSON.'));
};

async function readWhole(request: FastifyRequest): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of inTime(request.raw.iterator({ destroyOnReturn: false }), BODY_MS_MAX)) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) throw new ProblemException(bodyTooLarge());
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}
