import { renderedOffers } from '#dicomweb/rendered-offers';
import type { Answer } from '../../answer.js';
import { notAcceptable, type Problem, ProblemException, tooLargeToRender } from '../../problem.js';
import { bufferOf, frameSource } from '../frame-source.js';
import { type InstanceTarget, type LocatedInstance, locate, locateInstance } from '../locate.js';
import { withFreshPlaces } from '../read-extracts.js';
import { choose } from '../representation.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../validator.js';
import { documentContentType, documentTypes, openDocument } from './document-answer.js';
import { makePicture, type Pictured, pictureName } from './make-picture.js';
import { openLocated } from './open-located.js';
import { digestOf, type RenderedPart, streamedPartsAnswer } from './part-answer.js';
import type { RenderPorts } from './render-ports.js';
import { contentOf, type RenderedContent } from './rendered-content.js';
import { warningHeader } from './rendering-of.js';
import {
  PICTURES_MAX,
  pictured,
  type RenderedRequest,
  refuseProfileOfGif,
} from './retrieve-rendered.js';

/** An instance of the series or study, and its address. */
type Member = Readonly<{
  target: InstanceTarget;
  located: LocatedInstance;
  content: RenderedContent;
  address: string;
}>;

/** Documents longer than this are left to be asked for one by one, in bytes. */
const DOCUMENT_BYTES_MAX = 64 * 1024 * 1024;
const IMAGE = 'image/';

/**
 * Retrieve Rendered Series and Study (PS3.18 §10.4.1.1.3): every frame of every instance that has the selected media type, a
 * part each. 206 when there are instances without it; a frame that turns out not to be drawable is a part that says so.
 */
export async function retrieveRenderedMany(
  ports: RenderPorts,
  request: RenderedRequest,
): Promise<Answer> {
  const members = await membersOf(ports, request);
  const mediaType = chosenType(members, request);
  refuseProfileOfGif(mediaType, request.rendering);
  const shown = members.filter((member) => typesOf(member).includes(mediaType));
  const { rendering } = request;
  const name = digestOf(
    ...shown.map(({ located }) => pictureName({ located }, [], rendering, mediaType)),
  );
  const tag = entityTag(name);
  if (isUnchanged(request.ifNoneMatch, tag)) return unchanged(tag);
  if (mediaType.startsWith(IMAGE)) await refuseTooMany(ports, shown);
  const parts = partsOf(ports, shown, { request, mediaType });
  const begun = await begin(parts);
  return streamedPartsAnswer(begun, {
    mediaType,
    name,
    headers: { ...validatorHeaders(tag), ...warningHeader(rendering) },
    status: shown.length === members.length ? 200 : 206,
  });
}

async function membersOf(ports: RenderPorts, request: RenderedRequest): Promise<Member[]> {
  const found = await locate(ports, request.target);
  const study = `${request.root}/studies/${request.target.study}`;
  return found.flatMap(({ view, seriesUid, instances }) =>
    instances.map((instance) => ({
      target: { ...request.target, series: seriesUid, instance: instance.instance },
      located: { view, instance },
      content: contentOf(instance),
      address: `${study}/series/${seriesUid}/instances/${instance.instance}`,
    })),
  );
}

const typesOf = ({ content }: Member): readonly string[] =>
  content.kind === 'frames'
    ? renderedOffers({ kind: 'pictures' }).map(({ mediaType }) => mediaType)
    : documentTypes(content);

function chosenType(members: readonly Member[], { asked }: RenderedRequest): string {
  const hasPictures = members.some(({ content }) => content.kind === 'frames');
  const mediaTypes = [...new Set(members.flatMap(({ content }) => documentTypes(content)))];
  const offers = [
    ...(hasPictures ? renderedOffers({ kind: 'pictures' }) : []),
    ...renderedOffers({ kind: 'documents', mediaTypes }),
  ];
  if (offers.length === 0) throw new ProblemException(notAcceptable('Available: nothing.'));
  const choice = choose(offers, asked);
  if (choice.ok) return choice.offer.mediaType;
  throw new ProblemException(choice.problem);
}

async function refuseTooMany(ports: RenderPorts, members: readonly Member[]): Promise<void> {
  let pictures = 0;
  if (members.length <= PICTURES_MAX)
    for (const { located } of members) pictures += (await frameSource(ports, located))?.count ?? 0;
  if (members.length > PICTURES_MAX || pictures > PICTURES_MAX)
    throw new ProblemException(tooLargeToRender('Ask for series, instances or frames.'));
}

type Making = Readonly<{ request: RenderedRequest; mediaType: string }>;

/** A part, or why there is none. */
type Made = RenderedPart | Readonly<{ problem: Problem; location: string }>;

async function* partsOf(
  ports: RenderPorts,
  members: readonly Member[],
  making: Making,
): AsyncGenerator<Made> {
  for (const member of members) {
    const opened = await openMember(ports, member);
    const { address } = member;
    if (!making.mediaType.startsWith(IMAGE)) {
      const type = documentContentType(making.mediaType);
      yield await made(`${address}/rendered`, type, async () => {
        const { bytes, body } = await openDocument(ports, opened, making.mediaType);
        if (bytes > DOCUMENT_BYTES_MAX) throw new ProblemException(tooLargeToRender());
        return bufferOf(body);
      });
      continue;
    }
    yield* picturesOf(ports, await pictured(ports, opened), { ...making, address });
  }
}

/** Settling may have moved what was looked up when the answer began. */
const openMember = (ports: RenderPorts, { target, located }: Member) =>
  withFreshPlaces(async (fresh) =>
    openLocated(ports, fresh ? await locateInstance(ports, target, true) : located),
  );

async function* picturesOf(
  ports: RenderPorts,
  all: Pictured,
  { request, mediaType, address }: Making & Readonly<{ address: string }>,
): AsyncGenerator<Made> {
  const { rendering } = request;
  for (let frameIndex = 0; frameIndex < all.source.count; frameIndex++)
    yield await made(`${address}/frames/${frameIndex + 1}/rendered`, mediaType, () =>
      makePicture(ports, all, frameIndex, { rendering, mediaType }),
    );
}

async function made(
  location: string,
  mediaType: string,
  make: () => Promise<Buffer>,
): Promise<Made> {
  try {
    return { mediaType, location, body: await make() };
  } catch (error) {
    if (error instanceof ProblemException) return { problem: error.problem, location };
    throw error;
  }
}

/** Goes on to the first part that could be made before the answer begins; with none of them, the last problem is the answer. */
async function begin(parts: AsyncGenerator<Made>): Promise<AsyncIterable<RenderedPart>> {
  const failed: RenderedPart[] = [];
  let last: Problem | undefined;
  for (;;) {
    const next = await parts.next();
    if (next.done === true)
      throw new ProblemException(last ?? notAcceptable('Available: nothing.'));
    if (!('problem' in next.value)) return resumed([...failed, next.value], parts);
    last = next.value.problem;
    failed.push(problemPart(next.value));
  }
}

async function* resumed(
  ready: readonly RenderedPart[],
  parts: AsyncGenerator<Made>,
): AsyncGenerator<RenderedPart> {
  yield* ready;
  for await (const part of parts) yield 'problem' in part ? problemPart(part) : part;
}

const problemPart = ({ problem, location }: Extract<Made, { problem: Problem }>): RenderedPart => ({
  mediaType: 'application/problem+json',
  location,
  body: Buffer.from(JSON.stringify(problem)),
});
