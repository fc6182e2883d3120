import { FRAMES_PER_REQUEST_MAX } from '#dicomweb/frame-list';
import {
  multipartContentType,
  type OutgoingPart,
  writeMultipart,
} from '#dicomweb/multipart-writer';
import { contentTypeOf } from '#dicomweb/negotiate';
import { bulkdataOffers } from '#dicomweb/offers';
import type { Answer } from '../../answer.js';
import { notFound, ProblemException } from '../../problem.js';
import {
  type InstanceTarget,
  type LocatedInstance,
  locate,
  locateInstance,
  type Target,
} from '../locate.js';
import { withFreshPlaces } from '../read-extracts.js';
import { openLocated } from '../rendered/open-located.js';
import { boundaryOf, digestOf } from '../rendered/part-answer.js';
import { type Asked, choose } from '../representation.js';
import { retrieveBulkdata } from '../retrieve-bulkdata.js';
import type { RetrieveFramesPorts } from '../retrieve-frames.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../validator.js';
import { type Member, membersWithForm } from './bulk-members.js';
import { bulkParts, pixelEntry } from './bulk-parts.js';

/** All bulk data of a study, series or instance, or its pixel data alone. `root` is the DICOMweb root as this client reaches it. */
export type BulkResourceRequest = Readonly<{
  target: Target;
  resource: 'bulkdata' | 'pixeldata';
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
}>;

const OFFERS = bulkdataOffers();

/** Retrieve Bulkdata and Pixel Data of a study, series or instance (PS3.18 §10.4.1.1.5, §10.4.1.1.6): each value a part, encapsulated pixels a part for each frame. */
export async function retrieveBulkResource(
  ports: RetrieveFramesPorts,
  request: BulkResourceRequest,
): Promise<Answer> {
  const { series, instance } = request.target;
  if (series === undefined || instance === undefined) return manyAnswer(ports, request);
  const target = { ...request.target, series, instance };
  const alone = await asSinglePart(ports, request, target);
  return alone ?? manyAnswer(ports, request);
}

/** The native pixels of one instance are one value, which may go without multipart packaging. */
async function asSinglePart(
  ports: RetrieveFramesPorts,
  { resource, asked, ifNoneMatch, root }: BulkResourceRequest,
  target: InstanceTarget,
): Promise<Answer | undefined> {
  if (resource !== 'pixeldata') return undefined;
  const choice = choose(OFFERS, asked);
  if (!choice.ok || choice.offer.multipart) return undefined;
  const located = await locateInstance(ports, target);
  const { header } = await openLocated(ports, located);
  const entry = pixelEntry(header, located);
  return entry && retrieveBulkdata(ports, { target, path: entry.path, asked, ifNoneMatch, root });
}

async function manyAnswer(
  ports: RetrieveFramesPorts,
  request: BulkResourceRequest,
): Promise<Answer> {
  const { asked, resource, ifNoneMatch } = request;
  const all = await allOf(ports, request);
  const members = await membersWithForm(ports, all, asked);
  const name = digestOf(
    resource,
    request.root,
    ...members.map(({ located, offer }) => `${located.instance.sha256} ${contentTypeOf(offer)}`),
  );
  const tag = entityTag(name);
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const parts = partsOf(ports, members, request);
  const first = await parts.next();
  if (first.done === true)
    throw new ProblemException(notFound(`There is no ${resource} that can be had here.`));
  const boundary = boundaryOf(name);
  const mediaType = first.value.headers[0]?.[1].split(';')[0] ?? 'application/octet-stream';
  return {
    status: members.length === all.length ? 200 : 206,
    headers: {
      ...validatorHeaders(tag),
      'content-type': multipartContentType(mediaType, boundary),
    },
    body: writeMultipart(resumed(first.value, parts), boundary),
  };
}

/** Instances that have, or for bulk data may have, such values. */
async function allOf(
  ports: RetrieveFramesPorts,
  { target, resource, root }: BulkResourceRequest,
): Promise<readonly Omit<Member, 'offer'>[]> {
  const found = await locate(ports, target);
  const { instance: wanted } = target;
  const members = found.flatMap(({ view, seriesUid, instances }) =>
    instances
      .filter(({ instance }) => wanted === undefined || instance === wanted)
      .filter(({ frameIndex }) => resource === 'bulkdata' || frameIndex !== null)
      .map((instance) => {
        const path = { series: seriesUid, instance: instance.instance };
        const address = `${root}/studies/${target.study}/series/${path.series}/instances/${path.instance}`;
        return { target: { ...target, ...path }, located: { view, instance }, address };
      }),
  );
  if (members.length > 0) return members;
  throw new ProblemException(notFound(`There is no ${resource} here.`));
}

async function* partsOf(
  ports: RetrieveFramesPorts,
  members: readonly Member[],
  { resource }: BulkResourceRequest,
): AsyncGenerator<OutgoingPart> {
  for (const member of members) {
    const opened = await withFreshPlaces(async (fresh) =>
      openLocated(ports, await current(ports, member, fresh)),
    );
    yield* bulkParts(ports, opened, { member, resource, framesMax: FRAMES_PER_REQUEST_MAX });
  }
}

/** Settling may have moved what was looked up when the answer began. */
const current = async (
  ports: RetrieveFramesPorts,
  { target, located }: Member,
  fresh: boolean,
): Promise<LocatedInstance> => (fresh ? locateInstance(ports, target, true) : located);

async function* resumed(
  first: OutgoingPart,
  parts: AsyncGenerator<OutgoingPart>,
): AsyncGenerator<OutgoingPart> {
  yield first;
  yield* parts;
}
