import { parseAccept } from '#dicomweb/accept';
import { negotiate, type Offer } from '#dicomweb/negotiate';
import type { Asked } from './representation.js';

export const ZIP = 'application/zip';
export const OCTETS = 'application/octet-stream';

const offer = (mediaType: string, multipart: boolean): Offer => ({
  mediaType,
  multipart,
  asStored: true,
  byDefault: true,
});

/** DICOM first: who takes anything gets what PS3.18 §8.7.4 makes the default, and another form only who asks for it. */
const OFFERS = [
  offer('application/dicom', true),
  offer('application/dicom', false),
  offer(ZIP, false),
  offer(OCTETS, true),
];

/** What the client wants instances as, when it isn't DICOM: a ZIP archive, or their bulk data (PS3.18 §10.4.4). */
export function formAsked({ accept, acceptQuery }: Asked): typeof ZIP | typeof OCTETS | undefined {
  const parsed = parseAccept(accept, acceptQuery);
  const chosen = parsed.ok ? negotiate(parsed.accept, OFFERS) : undefined;
  const mediaType = chosen?.ok === true ? chosen.offer.mediaType : undefined;
  return mediaType === ZIP || mediaType === OCTETS ? mediaType : undefined;
}
