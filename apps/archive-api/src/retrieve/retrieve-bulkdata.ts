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
import type { ByteRange } from '#storage/object-store';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { notFound, ProblemException } from '../problem.js';
import { rangeAnswer } from '../range-answer.js';
import { boundaryOf } from './boundary.js';
import { addressOf, partHeaders } from './content-location.js';
import { frameSource } from './frame-source.js';
import { instanceFile } from './instance-file.js';
import { type InstanceHeader, instanceHeader } from './instance-header.js';
import { type LocatedInstance, locateInstance } from './locate.js';
import { withFreshPlaces } from './read-extracts.js';
import { openInstance, type ReadPorts, readInstance } from './read-instance.js';
import { choose } from './representation.js';
import { type FramesRequest, type RetrieveFramesPorts, retrieveFrames } from './retrieve-frames.js';
import {
  entityTag,
  entityTagOfMany,
  isUnchanged,
  unchanged,
  validatorHeaders,
} from './validator.js';

/** `path` as BulkDataURIs of our metadata end: tags and item indices from 0. */
export type BulkdataRequest = Omit<FramesRequest, 'list' | 'address'> & Readonly<{ path: string }>;

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
  const { target, path, asked, ifNoneMatch, root, range } = request;
  const located = await locateInstance(ports, target, fresh);
  const header = await instanceHeader(ports.readExtract, located);
  const entry = header.bulk.find((candidate) => candidate.path === path);
  if (entry === undefined) throw new ProblemException(notFound());
  const address = `${addressOf(root, target)}/bulkdata/${path}`;
  const { sha256, transferSyntax } = located.instance;
  if (path === PIXEL_DATA && transferSyntaxOf(transferSyntax)?.encapsulated === true)
    return allFrames(ports, located, { ...request, address });
  const chosen = choose(OFFERS, asked);
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  const tag = chosen.offer.multipart
    ? entityTagOfMany([root, sha256, path])
    : entityTag(sha256, path, 'single');
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const open = valueOpener(ports, located, header, entry);
  return valueAnswer({ open, bytes: entry.length, tag, address }, chosen.offer, range);
}

async function allFrames(
  ports: RetrieveFramesPorts,
  located: LocatedInstance,
  request: Omit<FramesRequest, 'list'>,
): Promise<Answer> {
  const count = (await frameSource(ports, located))?.count ?? 0;
  if (count === 0 || count > FRAMES_PER_REQUEST_MAX)
    throw new ProblemException(notFound('The frames of these pixels are to be had one by one.'));
  const list = Array.from({ length: count }, (_, index) => index + 1).join(',');
  return retrieveFrames(ports, { ...request, list });
}

type OpenValue = (part: ByteRange) => Promise<Buffer | AsyncIterable<Buffer>>;

/** How to have bytes of a value, counted from its start. */
function valueOpener(
  ports: ReadPorts,
  located: LocatedInstance,
  { json, deflated, dataSetStart }: InstanceHeader,
  { path, start, length }: BulkEntry,
): OpenValue {
  if (located.instance.transferSyntax === TransferSyntaxUid.ExplicitVRBigEndian) {
    const vr = traitsOf(elementAt(json, path)?.vr ?? '')?.vr ?? 'UN';
    const range = { start, end: start + length };
    return async (part) =>
      Buffer.from(littleEndian(vr, await readInstance(ports, located, { range }), true)).subarray(
        part.start,
        part.end,
      );
  }
  if (!deflated)
    return (part) =>
      openInstance(ports, located, { range: { start: start + part.start, end: start + part.end } });
  return async (part) => {
    const file = instanceFile(ports, located);
    const inflated = inflatedFile(file, dataSetStart, HEADER_LIMITS.inflatedBytesMax);
    try {
      return Buffer.from(await inflated.read(start + part.start, start + part.end));
    } finally {
      inflated.close();
    }
  };
}

function elementAt(json: Buffer, path: string): JsonElement | undefined {
  let dataSet: DicomJson | undefined = JSON.parse(json.toString()) as DicomJson;
  const steps = path.split('/');
  for (let at = 0; at + 2 < steps.length; at += 2)
    dataSet = dataSet?.[steps[at] ?? '']?.Value?.[Number(steps[at + 1])] as DicomJson | undefined;
  return dataSet?.[steps.at(-1) ?? ''];
}

type Value = Readonly<{ open: OpenValue; bytes: number; tag: string; address: string }>;

async function valueAnswer(
  { open, bytes, tag, address }: Value,
  offer: Offer,
  range: AskedRange | undefined,
): Promise<Answer> {
  const type = contentTypeOf(offer);
  const headers = validatorHeaders(tag);
  if (!offer.multipart) {
    const located = { ...headers, 'content-type': type, 'content-location': address };
    return rangeAnswer({ tag, bytes, headers: located, open }, range);
  }
  const boundary = boundaryOf(tag);
  const part = { headers: partHeaders(type, address) };
  const body = await open({ start: 0, end: bytes });
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(offer.mediaType, boundary),
      'content-length': multipartLength([{ ...part, bytes }], boundary),
    },
    body: writeMultipart([{ ...part, body }], boundary),
  };
}
