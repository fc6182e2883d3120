import type { Accept, AcceptRange } from './accept.js';
import { formatMediaType } from './media-type.js';

/**
 * One way in which a resource can be had. `asStored`: no conversion. `byDefault`: answers a range of its media type that
 * names no transfer syntax. Offers are given in the order that we like best.
 */
export type Offer = Readonly<{
  mediaType: string;
  transferSyntax?: string;
  multipart: boolean;
  asStored: boolean;
  byDefault: boolean;
  /** Answers a range of its media type whatever transfer syntax that names. */
  inAnySyntax?: boolean;
}>;

/** The representation to send, or what could have been had (for a 406). */
export type Negotiated =
  | Readonly<{ ok: true; offer: Offer }>
  | Readonly<{ ok: false; available: readonly string[] }>;

/** PS3.18 §8.7.8: the query parameter first, then the header; the highest weight wins, among equals the earliest offer. */
export function negotiate(accept: Accept, offers: readonly Offer[]): Negotiated {
  const offer = best(accept.query, offers) ?? best(accept.header, offers);
  return offer === undefined
    ? { ok: false, available: offers.map(offerType) }
    : { ok: true, offer };
}

/** Content type of a part, or of the whole when it is a single part. */
export const contentTypeOf = ({ mediaType, transferSyntax }: Offer): string =>
  transferSyntax === undefined
    ? mediaType
    : formatMediaType(mediaType, { 'transfer-syntax': transferSyntax });

const offerType = (offer: Offer): string => {
  if (!offer.multipart) return contentTypeOf(offer);
  const { mediaType, transferSyntax } = offer;
  const syntax = transferSyntax === undefined ? {} : { 'transfer-syntax': transferSyntax };
  return formatMediaType('multipart/related', { type: mediaType, ...syntax });
};

const best = (ranges: readonly AcceptRange[], offers: readonly Offer[]): Offer | undefined => {
  let chosen: Offer | undefined;
  let chosenRank = 0;
  for (const offer of offers) {
    const range = mostSpecific(ranges, offer);
    if (range === undefined) continue;
    const rank = rankOf(range, offer);
    if (rank <= chosenRank) continue;
    chosen = offer;
    chosenRank = rank;
  }
  return chosen;
};

/** Weights have three decimals; among equal ones the stored form goes first where it is preferred. 0: not acceptable. */
const rankOf = ({ q, preferStored }: AcceptRange, { asStored }: Offer): number =>
  q === 0 ? 0 : Math.round(q * 1000) * 2 + (preferStored && asStored ? 1 : 0);

/** Of equally specific ranges the one that ranks the offer higher. */
const mostSpecific = (ranges: readonly AcceptRange[], offer: Offer): AcceptRange | undefined => {
  let found: AcceptRange | undefined;
  for (const range of ranges) {
    if (!covers(range, offer)) continue;
    const more = found === undefined ? 1 : specificity(range) - specificity(found);
    const ranksHigher = found !== undefined && rankOf(range, offer) > rankOf(found, offer);
    if (more > 0 || (more === 0 && ranksHigher)) found = range;
  }
  return found;
};

const covers = (range: AcceptRange, offer: Offer): boolean => {
  const [type, subtype] = offer.mediaType.split('/');
  if (range.multipart !== undefined && range.multipart !== offer.multipart) return false;
  if (range.type !== '*' && range.type !== type) return false;
  if (range.subtype !== '*' && range.subtype !== subtype) return false;
  if (range.transferSyntax === undefined) return offer.byDefault;
  if (offer.inAnySyntax === true) return true;
  if (range.transferSyntax === '*' || offer.transferSyntax === undefined) return true;
  return range.transferSyntax === offer.transferSyntax;
};

const specificity = ({ type, subtype, transferSyntax, multipart }: AcceptRange): number =>
  (type === '*' ? 0 : 8) +
  (subtype === '*' ? 0 : 4) +
  (transferSyntax === undefined || transferSyntax === '*' ? 0 : 2) +
  (multipart === undefined ? 0 : 1);
