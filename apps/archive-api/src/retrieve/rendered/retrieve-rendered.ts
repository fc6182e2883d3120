import { parseFrameList } from '#dicomweb/frame-list';
import { contentTypeOf, type Offer } from '#dicomweb/negotiate';
import { GIF, type RenderedKind, renderedOffers } from '#dicomweb/rendered-offers';
import type { Rendering } from '#dicomweb/rendering-query';
import type { Answer } from '../../answer.js';
import {
  badRequest,
  notAcceptable,
  notFound,
  ProblemException,
  tooLargeToRender,
} from '../../problem.js';
import { frameSource } from '../frame-source.js';
import { type InstanceTarget, locateInstance, type Target } from '../locate.js';
import { withFreshPlaces } from '../read-extracts.js';
import { type Asked, choose } from '../representation.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../validator.js';
import type { OpenedInstance } from './bulk-value.js';
import { documentAnswer, documentTypes } from './document-answer.js';
import { makeAnimation, makePicture, type Pictured, pictureName } from './make-picture.js';
import { openLocated } from './open-located.js';
import { digestOf, partsAnswer, singleAnswer, streamedPartsAnswer } from './part-answer.js';
import type { RenderPorts } from './render-ports.js';
import { contentWithin } from './rendered-content.js';
import { warningHeader } from './rendering-of.js';
import { representativeFrame } from './representative.js';

/** What is asked of a rendered resource; `root` is the DICOMweb root as this client reaches it. */
export type RenderedRequest = Readonly<{
  target: Target;
  /** The frame list of the path. */
  frames?: string;
  rendering: Rendering;
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
  /** Status when the frame isn't there; 400 in the URI Service (PS3.18 §9.5.2.1). */
  missingFrame?: 400;
}>;

/** Pictures that one answer may have. */
export const PICTURES_MAX = 2_000;

/** Retrieve Rendered Instance and Frames (PS3.18 §10.4.1.1.3). */
export const retrieveRenderedInstance = (
  ports: RenderPorts,
  request: RenderedRequest & Readonly<{ target: InstanceTarget }>,
): Promise<Answer> =>
  withFreshPlaces(async (fresh) => {
    const located = await locateInstance(ports, request.target, fresh);
    const opened = await openLocated(ports, located);
    const content = contentWithin(located.instance, opened.dataSet);
    if (content.kind === 'frames') return framesAnswer(ports, opened, request);
    if (request.frames !== undefined)
      throw new ProblemException(
        notFound('The instance has no frames that can be shown one by one.'),
      );
    const mediaTypes = documentTypes(content);
    if (mediaTypes.length === 0) throw new ProblemException(notAcceptable('Available: nothing.'));
    const offer = chosen({ kind: 'document', mediaTypes }, request.asked);
    return documentAnswer(ports, opened, { offer, ifNoneMatch: request.ifNoneMatch });
  });

/** With the frames of the instance; 404 without any that can be told apart. */
export async function pictured(ports: RenderPorts, opened: OpenedInstance): Promise<Pictured> {
  const source = await frameSource(ports, opened.located);
  if (source !== undefined) return { ...opened, source };
  throw new ProblemException(notFound('The instance has no frames that can be told apart.'));
}

export function chosen(resource: RenderedKind, asked: Asked): Offer {
  const choice = choose(renderedOffers(resource), asked);
  if (choice.ok) return choice.offer;
  throw new ProblemException(choice.problem);
}

async function framesAnswer(
  ports: RenderPorts,
  opened: OpenedInstance,
  request: RenderedRequest,
): Promise<Answer> {
  const all = await pictured(ports, opened);
  const named = frameIndexesOf(all, request);
  const offer = chosen({ kind: kindOf(named, all.source.count) }, request.asked);
  refuseProfileOfGif(offer.mediaType, request.rendering);
  const isAnimated = offer.mediaType === GIF && !offer.multipart;
  const frames = named ?? wholeInstance(all, offer.multipart || isAnimated);
  const { rendering } = request;
  const name = pictureName(opened, frames, rendering, contentTypeOf(offer));
  const tag = entityTag(digestOf(name, String(offer.multipart)));
  if (isUnchanged(request.ifNoneMatch, tag)) return unchanged(tag);
  const headers = { ...validatorHeaders(tag), ...warningHeader(rendering) };
  const { mediaType } = offer;
  const [first] = frames;
  if (first === undefined) throw new ProblemException(notFound('The instance has no frames.'));
  if (offer.multipart) return manyFrames(ports, all, { frames, request, mediaType, headers, name });
  const body =
    isAnimated && frames.length > 1
      ? await makeAnimation(ports, all, frames, rendering)
      : await makePicture(ports, all, first, { rendering, mediaType });
  return singleAnswer({ mediaType, body }, headers);
}

function kindOf(named: readonly number[] | undefined, count: number) {
  if (named !== undefined && named.length > 1) return 'frames';
  return named === undefined && count > 1 ? 'moving' : 'picture';
}

/** Frames of the path, from 0; undefined when it names none. */
function frameIndexesOf(
  { source }: Pictured,
  { frames: list, missingFrame }: RenderedRequest,
): readonly number[] | undefined {
  if (list === undefined) return undefined;
  const parsed = parseFrameList(list);
  if (!parsed.ok) throw new ProblemException(badRequest(`The list of frames: ${parsed.reason}.`));
  if (parsed.frames.length > PICTURES_MAX) throw new ProblemException(tooLargeToRender());
  const missing = parsed.frames.find((number) => number > source.count);
  const problem = missingFrame === 400 ? badRequest : notFound;
  if (missing !== undefined)
    throw new ProblemException(problem(`Frame ${missing} of ${source.count}.`));
  return parsed.frames.map((number) => number - 1);
}

/** All frames, or the one that stands for them. */
function wholeInstance({ source, dataSet }: Pictured, isWhole: boolean): readonly number[] {
  if (!isWhole) return [representativeFrame(dataSet, source.count)];
  if (source.count > PICTURES_MAX) throw new ProblemException(tooLargeToRender('Name its frames.'));
  return Array.from({ length: source.count }, (_, index) => index);
}

/** PS3.18 §8.3.5.1.5. */
export function refuseProfileOfGif(mediaType: string, { iccProfile }: Rendering): void {
  if (mediaType === GIF && iccProfile !== 'none')
    throw new ProblemException(badRequest('iccprofile: image/gif holds no profile.'));
}

type ManyFrames = Readonly<{
  frames: readonly number[];
  request: RenderedRequest;
  mediaType: string;
  headers: Answer['headers'];
  name: string;
}>;

/** The first picture is made before the answer begins, so that pixels which cannot be shown are told as a problem. */
async function manyFrames(
  ports: RenderPorts,
  all: Pictured,
  { frames, request, ...framing }: ManyFrames,
): Promise<Answer> {
  const { mediaType } = framing;
  const { study, series, instance } = request.target;
  const address = `${request.root}/studies/${study}/series/${series}/instances/${instance}`;
  const make = async (frameIndex: number) => ({
    mediaType,
    location: `${address}/frames/${frameIndex + 1}/rendered`,
    body: await makePicture(ports, all, frameIndex, { rendering: request.rendering, mediaType }),
  });
  const [first, ...others] = frames;
  const part = await make(first ?? 0);
  if (others.length === 0) return partsAnswer([part], framing);
  const parts = (async function* () {
    yield part;
    for (const frameIndex of others) yield await make(frameIndex);
  })();
  return streamedPartsAnswer(parts, { ...framing, status: 200 });
}
