import type { FastifyRequest } from 'fastify';
import { type MediaType, parseMediaType } from '#dicomweb/media-type';
import { MultipartError } from '#dicomweb/multipart-error';
import { MULTIPART_BOUNDS, readMultipart } from '#dicomweb/multipart-reader';
import { type CommitmentReference, readCommitmentRequest } from '#dicomweb/storage-commitment';
import {
  badRequest,
  bodyTooLarge,
  malformedBody,
  ProblemException,
  unsupportedMediaType,
} from '../problem.js';
import { inTime } from '../read-in-time.js';
import { byteBudget } from '../store/metadata/byte-budget.js';
import {
  type MetadataFormat,
  type MetadataRead,
  metadataFormatOf,
  readMetadataPart,
} from '../store/metadata/metadata-part.js';

const BODY_BYTES_MAX = 8 * 1024 * 1024;
const BODY_MS_MAX = 30_000;
const PARTS_MAX = 1_000;
const FAULTS = {
  'no-references': 'The body names no instance.',
  'bad-reference': 'A reference lacks a UID, or has one that is none.',
} as const;

/** The references in the body of a request (PS3.18 §13.4.1.4): JSON or XML, alone or in parts. Throws ProblemException. */
export async function readRequest(
  request: FastifyRequest,
): Promise<readonly CommitmentReference[]> {
  const parsed = parseMediaType(request.headers['content-type'] ?? '');
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (!parsed.ok || coding !== 'identity') throw new ProblemException(unsupportedMediaType());
  const share = byteBudget(BODY_BYTES_MAX).share();
  const read = { bytes: 0, bytesMax: BODY_BYTES_MAX, share };
  const source = inTime(request.raw.iterator({ destroyOnReturn: false }), BODY_MS_MAX);
  const found = readCommitmentRequest(await dataSetsIn(source, parsed.mediaType, read));
  if (found.ok) return found.references;
  if (found.reason === 'too-many-references')
    throw new ProblemException(bodyTooLarge('The body names more instances than the limit.'));
  throw new ProblemException(badRequest(FAULTS[found.reason]));
}

async function dataSetsIn(
  source: AsyncIterable<Buffer>,
  mediaType: MediaType,
  read: MetadataRead,
): Promise<readonly unknown[]> {
  const { type, subtype, parameters } = mediaType;
  if (type !== 'multipart' || subtype !== 'related')
    return readMetadataPart(source, formatOf(`${type}/${subtype}`), read);
  const boundary = parameters.get('boundary');
  if (boundary === undefined)
    throw new ProblemException(malformedBody('The Content-Type names no boundary.'));
  const root = parameters.get('type');
  try {
    const dataSets: unknown[] = [];
    const bounds = { ...MULTIPART_BOUNDS, partsMax: PARTS_MAX };
    for await (const { headers, body } of readMultipart(source, boundary, bounds)) {
      const format = formatOf(headers.get('content-type') ?? root);
      for (const dataSet of await readMetadataPart(body, format, read)) dataSets.push(dataSet);
    }
    return dataSets;
  } catch (error) {
    if (!(error instanceof MultipartError)) throw error;
    throw new ProblemException(malformedBody(`${error.reason}.`));
  }
}

function formatOf(mediaType: string | undefined): MetadataFormat {
  const format = metadataFormatOf(mediaType);
  if (format === undefined)
    throw new ProblemException(unsupportedMediaType('Only DICOM JSON and DICOM XML are taken.'));
  return format;
}
