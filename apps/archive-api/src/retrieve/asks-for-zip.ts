import { parseAccept } from '#dicomweb/accept';
import { negotiate, type Offer } from '#dicomweb/negotiate';
import type { Asked } from './representation.js';

export const ZIP = 'application/zip';

const offer = (mediaType: string, multipart: boolean): Offer => ({
  mediaType,
  multipart,
  asStored: true,
  byDefault: true,
});

/** DICOM first: who takes anything gets what PS3.18 §8.7.4 makes the default, and an archive only who asks for it. */
const OFFERS = [
  offer('application/dicom', true),
  offer('application/dicom', false),
  offer(ZIP, false),
];

/** Whether the client wants instances as a ZIP archive rather than as DICOM. */
export function asksForZip({ accept, acceptQuery }: Asked): boolean {
  const parsed = parseAccept(accept, acceptQuery);
  const chosen = parsed.ok ? negotiate(parsed.accept, OFFERS) : undefined;
  return chosen?.ok === true && chosen.offer.mediaType === ZIP;
}
