import type { DicomJson } from '#dicom/dicom-json';
import { multipartBuffers, multipartContentType } from '#dicomweb/multipart-writer';
import { metadataOffers } from '#dicomweb/offers';
import type { Extract } from '#index/extract';
import type { ReadExtract } from '#index/extract-reader';
import type { InstanceView, SeriesView } from '#index/series-view';
import type { Answer } from '../answer.js';
import { nativeXml } from '../native-xml.js';
import { goneForGood, ProblemException } from '../problem.js';
import { readAhead } from '../read-ahead.js';
import { boundaryOf } from './boundary.js';
import { addressOf, partHeaders } from './content-location.js';
import { type LocatedSeries, type LocatePorts, locateTarget, type Target } from './locate.js';
import { jsonArray, withBulkUrls } from './metadata-text.js';
import { withFreshPlaces } from './read-extracts.js';
import { type Asked, choose } from './representation.js';
import { entityTagOfMany, isUnchanged, unchanged, validatorHeaders } from './validator.js';

/** `root` is the DICOMweb root as this client reaches it: bulk data and instances are named by absolute addresses. */
export type MetadataRequest = Readonly<{
  target: Target;
  asked: Asked;
  ifNoneMatch: string | undefined;
  root: string;
}>;

export type RetrieveMetadataPorts = LocatePorts & Readonly<{ readExtract: ReadExtract }>;

/** A series that came in many requests has many extracts. */
const EXTRACTS_AHEAD = 8;
const XML = 'application/dicom+xml';
const OFFERS = metadataOffers();

/** Retrieve Metadata (PS3.18 §10.4.1.1.5): ready texts of the extracts, copied. */
export const retrieveMetadata = (
  ports: RetrieveMetadataPorts,
  request: MetadataRequest,
): Promise<Answer> => withFreshPlaces((fresh) => metadataAnswer(ports, request, fresh));

async function metadataAnswer(
  ports: RetrieveMetadataPorts,
  { target, asked, ifNoneMatch, root }: MetadataRequest,
  fresh: boolean,
): Promise<Answer> {
  const found = await locateTarget(ports, target, fresh);
  const chosen = choose(OFFERS, asked);
  if (!chosen.ok) throw new ProblemException(chosen.problem);
  const { mediaType } = chosen.offer;
  const tag = entityTagOfMany([mediaType, root, ...found.map(contentName)]);
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const studyUrl = addressOf(root, { study: target.study });
  const texts = await Promise.all(found.map((series) => seriesTexts(ports, series, studyUrl)));
  const headers = validatorHeaders(tag);
  if (mediaType === XML) return xmlAnswer(texts.flat(), headers, boundaryOf(tag));
  const location = { 'content-location': `${addressOf(root, target)}/metadata` };
  return jsonAnswer(texts.flat(), { ...headers, 'content-type': mediaType, ...location });
}

const contentName = ({ view, instances }: LocatedSeries): string =>
  `${view.series} ${view.version} ${instances.length === 1 ? instances[0]?.sha256 : 'all'}`;

type InstanceText = Readonly<{ address: string; pieces: readonly Buffer[] }>;

async function seriesTexts(
  { readExtract }: RetrieveMetadataPorts,
  { seriesUid, view, instances }: LocatedSeries,
  studyUrl: string,
): Promise<readonly InstanceText[]> {
  const extracts = await openExtracts(readExtract, view, instances);
  const instancesUrl = `${studyUrl}/series/${seriesUid}/instances`;
  return instances.map(({ extract, item, instance }) => {
    const json = extracts.get(extract)?.json[item];
    if (json === undefined) throw new Error('an instance names an item that its extract lacks');
    const address = `${instancesUrl}/${instance}`;
    return { address, pieces: withBulkUrls(json, `${address}/bulkdata`) };
  });
}

async function openExtracts(
  readExtract: ReadExtract,
  view: SeriesView,
  instances: readonly InstanceView[],
): Promise<ReadonlyMap<number, Extract>> {
  const indexes = [...new Set(instances.map(({ extract }) => extract))];
  const read = (index: number) => {
    const place = view.extracts[index];
    if (place !== undefined) return readExtract(view.claim, place);
    throw new Error('an instance names an extract that its series lacks');
  };
  const opened = new Map<number, Extract>();
  let at = 0;
  for await (const extract of readAhead(indexes, async (index) => read(index), EXTRACTS_AHEAD)) {
    if (extract === undefined) throw new ProblemException(goneForGood());
    opened.set(indexes[at++] ?? -1, extract);
  }
  return opened;
}

function jsonAnswer(texts: readonly InstanceText[], headers: Answer['headers']): Answer {
  const body = jsonArray(texts.map(({ pieces }) => pieces));
  return { status: 200, headers: { ...headers, 'content-length': body.length }, body };
}

/** One part for each instance (PS3.18 §8.7.3.2). */
function xmlAnswer(
  texts: readonly InstanceText[],
  headers: Answer['headers'],
  boundary: string,
): Answer {
  const parts = texts.map(({ address, pieces }) => ({
    headers: partHeaders(XML, `${address}/metadata`),
    body: Buffer.from(nativeXml(JSON.parse(Buffer.concat(pieces).toString()) as DicomJson)),
  }));
  const body = multipartBuffers(parts, boundary);
  const length = body.reduce((sum, chunk) => sum + chunk.length, 0);
  const type = multipartContentType(XML, boundary);
  return {
    status: 200,
    headers: { ...headers, 'content-type': type, 'content-length': length },
    body,
  };
}
