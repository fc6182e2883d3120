import { parseFrameList } from '#dicomweb/frame-list';
import { thumbnailOffers } from '#dicomweb/rendered-offers';
import type { Rendering } from '#dicomweb/rendering-query';
import type { Answer } from '../../answer.js';
import { badRequest, notFound, ProblemException } from '../../problem.js';
import { type LocatedInstance, locate, locateInstance, type Target } from '../locate.js';
import { withFreshPlaces } from '../read-extracts.js';
import { choose } from '../representation.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../validator.js';
import { makePicture, pictureName } from './make-picture.js';
import { openLocated } from './open-located.js';
import { digestOf, singleAnswer } from './part-answer.js';
import type { RenderPorts } from './render-ports.js';
import { contentOf } from './rendered-content.js';
import { representativeFrame, representativeInstance } from './representative.js';
import { pictured, type RenderedRequest } from './retrieve-rendered.js';

const OFFERS = thumbnailOffers();
/** Pixels of the longer side when the client names no viewport. */
const SIDE = 256;

/** Retrieve Thumbnail (PS3.18 §10.4.1.1.4): one small picture that stands for a study, series, instance or frame; 404 when nothing in it can be seen. */
export const retrieveThumbnail = (ports: RenderPorts, request: RenderedRequest): Promise<Answer> =>
  withFreshPlaces(async (fresh) => {
    const { asked, ifNoneMatch, frames } = request;
    const located = await locateRepresentative(ports, request.target, fresh);
    const choice = choose(OFFERS, asked);
    if (!choice.ok) throw new ProblemException(choice.problem);
    const { mediaType } = choice.offer;
    const viewport = request.rendering.viewport ?? { width: SIDE, height: SIDE };
    const rendering: Rendering = { ...request.rendering, viewport };
    const opened = await openLocated(ports, located);
    const all = await pictured(ports, opened);
    const { dataSet } = opened;
    const frameIndex =
      frames === undefined
        ? representativeFrame(dataSet, all.source.count)
        : firstFrame(frames, all.source.count);
    const tag = entityTag(
      digestOf('thumbnail', pictureName(opened, [frameIndex], rendering, mediaType)),
    );
    if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
    const body = await makePicture(ports, all, frameIndex, { rendering, mediaType });
    return singleAnswer({ mediaType, body }, validatorHeaders(tag));
  });

const nothingToSee = () => new ProblemException(notFound('There is nothing that can be seen.'));

async function locateRepresentative(
  ports: RenderPorts,
  target: Target,
  fresh: boolean,
): Promise<LocatedInstance> {
  const { series, instance } = target;
  if (series !== undefined && instance !== undefined) {
    const located = await locateInstance(ports, { ...target, series, instance }, fresh);
    if (contentOf(located.instance).kind !== 'frames') throw nothingToSee();
    return located;
  }
  const representative = representativeInstance(await locate(ports, target));
  if (representative === undefined) throw nothingToSee();
  return { view: representative.series.view, instance: representative.instance };
}

/** Of a list of frames the first stands for all. */
function firstFrame(list: string, count: number): number {
  const parsed = parseFrameList(list);
  if (!parsed.ok) throw new ProblemException(badRequest(`The list of frames: ${parsed.reason}.`));
  const missing = parsed.frames.find((number) => number > count);
  if (missing !== undefined) throw new ProblemException(notFound(`Frame ${missing} of ${count}.`));
  return (parsed.frames[0] ?? 1) - 1;
}
