import type { DicomJson, JsonElement } from '#dicom/dicom-json';
import { inflatedFile } from '#dicom/inflated-file';
import { HEADER_LIMITS } from '#dicom/limits';
import { littleEndian } from '#dicom/read-value';
import { TransferSyntaxUid, transferSyntaxOf } from '#dicom/transfer-syntax';
import { traitsOf } from '#dicom/vr';
import { FRAMES_PER_REQUEST_MAX } from '#dicomweb/frame-list';
import { multipartContentType, multipartLength, writeMultipart } from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import { bulkdataOffers } from '#dicomweb/offers';
import type { BulkEntry } from '#index/extract';
import type { Answer } from '../answer.js';
import { notFound, ProblemException } from '../problem.js';
import { BOUNDARY } from './boundary.js';
import { frameSource } from './frame-source.js';
import { instanceFile } from './instance-file.js';
import { type InstanceHeader, instanceHeader } from './instance-header.js';
import { type LocatedInstance, locateInstance } from './locate.js';
import { withFreshPlaces } from './read-extracts.js';
import { openInstance, type ReadPorts, readInstance } from './read-instance.js';
import { choose } from './representation.js';
import { type FramesRequest, type RetrieveFramesPorts, retrieveFrames } from './retrieve-frames.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from './validator.js';

/** `path` as BulkDataURIs of our metadata end: tags and item indices from 0. */
export type BulkdataRequest = Omit<FramesRequest, 'list'> & Readonly<{ path: string }>;

const OFFERS = bulkdataOffers();
const PIXEL_DATA = '7FE00010';

/** Retrieve Bulkdata (PS3.18 §10.4.1.1.7): exactly the bytes of the value, little endian. Encapsulated pixel data goes as its frames. */
export const retrieveBulkdata = (
  ports: RetrieveFramesPorts,
  request: BulkdataRequest,
): Promise<Answer> => withFreshPlaces((fresh) => bulkdata(ports, request, fresh));

async function bulkdata(
  ports: RetrieveFramesPorts,
  request: BulkdataRequest,
  fresh: boolean,
): Promise<Answer> {
  const { target, path, asked, ifNoneMatch } = request;
  const located = await locateInstance(ports, target, fresh);
  const header = await instanceHeader(ports.readExtract, located);
  const entry = header.bulk.find((candidate) => candidate.path === path);
  if (entry === undefined) throw new ProblemException(notFound());
  const { sha256, transferSyntax } = located.instance;
  if (path === PIXEL_DATA && transferSyntaxOf(transferSyntax)?.encapsulated === true)
    return allFrames(ports, located, request);
  const chosen = choose(OFFERS, asked);
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  const tag = entityTag(sha256, path, chosen.offer.multipart ? BOUNDARY : 'single');
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const value = await openValue(ports, located, header, entry);
  return valueAnswer(value, entry.length, chosen.offer, validatorHeaders(tag));
}

async function allFrames(
  ports: RetrieveFramesPorts,
  located: LocatedInstance,
  request: BulkdataRequest,
): Promise<Answer> {
  const count = (await frameSource(ports, located))?.count ?? 0;
  if (count === 0 || count > FRAMES_PER_REQUEST_MAX)
    throw new ProblemException(notFound('The frames of these pixels are to be had one by one.'));
  const list = Array.from({ length: count }, (_, index) => index + 1).join(',');
  return retrieveFrames(ports, { ...request, list });
}

async function openValue(
  ports: ReadPorts,
  located: LocatedInstance,
  { json, deflated, dataSetStart }: InstanceHeader,
  { path, start, length }: BulkEntry,
): Promise<Buffer | AsyncIterable<Buffer>> {
  const range = { start, end: start + length };
  if (located.instance.transferSyntax === TransferSyntaxUid.ExplicitVRBigEndian) {
    const vr = traitsOf(elementAt(json, path)?.vr ?? '')?.vr ?? 'UN';
    return littleEndian(vr, await readInstance(ports, located, { range }), true);
  }
  if (!deflated) return openInstance(ports, located, { range });
  const file = instanceFile(ports, located);
  const inflated = inflatedFile(file, dataSetStart, HEADER_LIMITS.inflatedBytesMax);
  try {
    return Buffer.from(await inflated.read(range.start, range.end));
  } finally {
    inflated.close();
  }
}

function elementAt(json: Buffer, path: string): JsonElement | undefined {
  let dataSet: DicomJson | undefined = JSON.parse(json.toString()) as DicomJson;
  const steps = path.split('/');
  for (let at = 0; at + 2 < steps.length; at += 2)
    dataSet = dataSet?.[steps[at] ?? '']?.Value?.[Number(steps[at + 1])] as DicomJson | undefined;
  return dataSet?.[steps.at(-1) ?? ''];
}

function valueAnswer(
  body: Buffer | AsyncIterable<Buffer>,
  bytes: number,
  offer: Offer,
  headers: Answer['headers'],
): Answer {
  const type = contentTypeOf(offer);
  if (!offer.multipart)
    return {
      status: 200,
      headers: { ...headers, 'content-type': type, 'content-length': bytes },
      body,
    };
  const part = { headers: [['Content-Type', type]] } as const;
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(offer.mediaType, BOUNDARY),
      'content-length': multipartLength([{ ...part, bytes }], BOUNDARY),
    },
    body: writeMultipart([{ ...part, body }], BOUNDARY),
  };
}
