import type { FrameDecoder } from '#dicom/transcode';
import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { parseFrameList } from '#dicomweb/frame-list';
import {
  multipartBuffers,
  multipartContentType,
  multipartLength,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import type { BufferLease, BufferPool } from '#platform/buffer-pool';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { badRequest, notFound, ProblemException } from '../problem.js';
import { rangeAnswer } from '../range-answer.js';
import { readAhead } from '../read-ahead.js';
import { type FormPorts, formOf, isEncoded } from './agree-on-form.js';
import { boundaryOf } from './boundary.js';
import { addressOf, partHeaders } from './content-location.js';
import { patient } from './conversion/patient.js';
import { cutBuffer } from './frame-part.js';
import { bufferOf, type FramePorts, frameSource, type StoredFrame } from './frame-source.js';
import { instanceHeader, pixelDescription } from './instance-header.js';
import type { KeptFrames } from './kept-frames.js';
import { type LocatedInstance, type LocatePorts, locateInstance, type Target } from './locate.js';
import { notConverted } from './not-converted.js';
import { withFreshPlaces } from './read-extracts.js';
import type { Asked } from './representation.js';
import {
  entityTag,
  entityTagOfMany,
  isUnchanged,
  unchanged,
  validatorHeaders,
} from './validator.js';

/** `list` is the path's frame list; numbers in it count from 1. `root` is the DICOMweb root as this client reaches it. */
export type FramesRequest = Readonly<{
  target: Required<Target>;
  list: string;
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
  range?: AskedRange | undefined;
  /** What Content-Location names in place of each frame: bulk data that the frames are. */
  address?: string;
}>;

export type RetrieveFramesPorts = LocatePorts &
  FramePorts &
  FormPorts &
  Readonly<{
    decode: FrameDecoder;
    buffers: BufferPool;
    keptFrames: KeptFrames;
  }>;

/** Frames below this, together, go out in one write; more are streamed. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;
const STREAMED_AHEAD = 3;

/** Retrieve Frames (PS3.18 §10.4.1.1.6). Every number is checked before the first byte. */
export const retrieveFrames = (
  ports: RetrieveFramesPorts,
  request: FramesRequest,
): Promise<Answer> => withFreshPlaces((fresh) => framesOf(ports, request, fresh));

async function framesOf(
  ports: RetrieveFramesPorts,
  request: FramesRequest,
  fresh: boolean,
): Promise<Answer> {
  const { target, list, asked, ifNoneMatch, root, range } = request;
  const parsed = parseFrameList(list);
  if (!parsed.ok) throw new ProblemException(badRequest(`The list of frames: ${parsed.reason}.`));
  const located = await locateInstance(ports, target, fresh);
  const { instance } = located;
  const stored = await storedFrames(ports, located, parsed.frames);
  const single = stored.length === 1;
  const offer = await formOf(ports, located, { kind: 'frame', asked, single });
  const tag = frameTag(instance.sha256, offer, root);
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const ready = isAsStored(offer, instance.transferSyntax)
    ? stored
    : await convertedFrames(ports, located, { numbers: parsed.frames, frames: stored, offer });
  const frames = addressed(ready, parsed.frames, request);
  const crowded = ports.buffers.isCrowded();
  const lease = ports.buffers.lease();
  return framesAnswer(frames, { offer, tag, range, lease, crowded }).catch((error) => {
    lease.end();
    throw error;
  });
}

async function storedFrames(
  ports: FramePorts,
  located: LocatedInstance,
  numbers: readonly number[],
): Promise<readonly StoredFrame[]> {
  const source = await frameSource(ports, located);
  if (source === undefined)
    throw new ProblemException(notFound('The instance has no frames that can be told apart.'));
  return numbers.map((number) => {
    const frame = source.frame(number - 1);
    if (frame !== undefined) return frame;
    throw new ProblemException(notFound(`Frame ${number} of ${source.count}.`));
  });
}

/** Addresses are among the bytes of a multipart answer. */
const frameTag = (
  sha256: string,
  { mediaType, transferSyntax = '', multipart }: Offer,
  root: string,
): string =>
  multipart
    ? entityTagOfMany([root, sha256, mediaType, transferSyntax])
    : entityTag(sha256, mediaType, transferSyntax, 'single');

type AddressedFrame = StoredFrame & Readonly<{ location: string }>;

/** Frames under their own addresses, or all under that of the bulk data they are. */
function addressed(
  frames: readonly StoredFrame[],
  numbers: readonly number[],
  { root, target, address }: FramesRequest,
): readonly AddressedFrame[] {
  const framesUrl = `${addressOf(root, target)}/frames`;
  return frames.map(({ bytes, open }, at) => ({
    bytes,
    open,
    location: address ?? `${framesUrl}/${numbers[at]}`,
  }));
}

/** Big-endian pixels never go out as they are (PS3.18 §8.7.3). */
const isAsStored = ({ asStored }: Offer, stored: string): boolean =>
  asStored && stored !== TransferSyntaxUid.ExplicitVRBigEndian;

type Converting = Readonly<{
  numbers: readonly number[];
  frames: readonly StoredFrame[];
  offer: Offer;
}>;

/** The first is converted here, so that pixels which cannot be decoded are told before the first byte. Native frames are all as long as it. */
async function convertedFrames(
  ports: RetrieveFramesPorts,
  located: LocatedInstance,
  { numbers, frames, offer }: Converting,
): Promise<readonly StoredFrame[]> {
  const { json } = await instanceHeader(ports.readExtract, located);
  const { transferSyntax, sha256 } = located.instance;
  const swapOnly = transferSyntax === TransferSyntaxUid.ExplicitVRBigEndian;
  const stated = pixelDescription(json);
  const description = swapOnly ? { ...stated, planarConfiguration: 0 } : stated;
  const target = isEncoded(offer) ? { target: offer.transferSyntax ?? '' } : {};
  const convert = async (frame: StoredFrame, decode: FrameDecoder): Promise<Buffer> => {
    const bytes = await bufferOf(await frame.open());
    const converted = await decode({ transferSyntax, description, bytes, ...target });
    if (!converted.ok) throw new ProblemException(notConverted(converted.reason));
    const { buffer, byteOffset, length } = converted.bytes;
    return Buffer.from(buffer, byteOffset, length);
  };
  const open = (frame: StoredFrame, at: number) =>
    ports.keptFrames.get([sha256, numbers[at], ...Object.values(target)].join('/'), () =>
      convert(frame, at === 0 ? ports.decode : patient(ports.decode)),
    );
  const [first] = frames;
  if (first === undefined) return [];
  const opened = await open(first, 0);
  return frames.map((frame, at) => ({
    bytes: opened.length,
    open: async (_allocate, part) => cutBuffer(at === 0 ? opened : await open(frame, at), part),
  }));
}

type Framing = Readonly<{
  offer: Offer;
  tag: string;
  range: AskedRange | undefined;
  lease: BufferLease;
  /** Memory is short: a stream will do. */
  crowded: boolean;
}>;

async function framesAnswer(
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
