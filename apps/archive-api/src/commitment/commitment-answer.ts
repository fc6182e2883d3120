import { dicomJsonText } from '#dicom/dicom-json';
import { multipartBuffers, multipartContentType } from '#dicomweb/multipart-writer';
import type { Offer } from '#dicomweb/negotiate';
import { metadataOffers, storeResponseOffers } from '#dicomweb/offers';
import { commitmentResponse } from '#dicomweb/storage-commitment';
import { type Answer, textAnswer } from '../answer.js';
import { nativeXml } from '../native-xml.js';
import { BOUNDARY } from '../retrieve/boundary.js';
import type { CommitmentState } from './commitment-requests.js';

const XML = 'application/dicom+xml';
const CHECK_SECONDS = 5;

/** Ways to have a result (PS3.18 Table 13.1.3-1). */
export const COMMITMENT_OFFERS: readonly Offer[] = [
  ...storeResponseOffers(),
  ...metadataOffers().map((offer) => ({ ...offer, multipart: true })),
];

/** The answer to a Request and to a Result Check: the module once it is known, until then 202 (PS3.18 §13.4.3.1). */
export function commitmentAnswer({ references, reasons }: CommitmentState, offer: Offer): Answer {
  if (reasons === null)
    return { status: 202, headers: { 'retry-after': CHECK_SECONDS, 'content-length': 0 } };
  const module = commitmentResponse(references, reasons);
  const { mediaType, multipart } = offer;
  const text = mediaType === XML ? nativeXml(module) : dicomJsonText(module);
  if (!multipart) return textAnswer(200, mediaType, text);
  const part = { headers: [['Content-Type', mediaType]] as const, body: Buffer.from(text) };
  const body = multipartBuffers([part], BOUNDARY);
  const bytes = body.reduce((sum, { length }) => sum + length, 0);
  const type = multipartContentType(mediaType, BOUNDARY);
  return { status: 200, headers: { 'content-type': type, 'content-length': bytes }, body };
}
