import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { parseFrameList } from '#dicomweb/frame-list';
import type { Offer } from '#dicomweb/negotiate';
import type { BufferPool } from '#platform/buffer-pool';
import type { Answer } from '../answer.js';
import type { AskedRange } from '../byte-ranges.js';
import { badRequest, notFound, ProblemException } from '../problem.js';
import { type FormPorts, formOf } from './agree-on-form.js';
import { addressOf } from './content-location.js';
import { type ConvertPorts, convertedFrames } from './converted-frames.js';
import { type FramePorts, frameSource, type StoredFrame } from './frame-source.js';
import { type AddressedFrame, framesAnswer } from './frames-answer.js';
import {
  type InstanceTarget,
  type LocatedInstance,
  type LocatePorts,
  locateInstance,
} from './locate.js';
import { withFreshPlaces } from './read-extracts.js';
import type { Asked } from './representation.js';
import { entityTag, entityTagOfMany, isUnchanged, unchanged } from './validator.js';

/** `list` is the path's frame list; numbers in it count from 1. `root` is the DICOMweb root as this client reaches it. */
export type FramesRequest = Readonly<{
  target: InstanceTarget;
  list: string;
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
  range?: AskedRange | undefined;
  /** What Content-Location names in place of each frame: bulk data that the frames are. */
  address?: string;
}>;

export type RetrieveFramesPorts = LocatePorts &
  FormPorts &
  ConvertPorts &
  Readonly<{ buffers: BufferPool }>;

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
    lease.drop();
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
