import { TransferSyntaxUid, transferSyntaxOf } from '#dicom/transfer-syntax';
import type { Offer } from './negotiate.js';

/**
 * Whether the uncompressed form can be had: `default` also when no transfer syntax was named, `on-request` only when it was
 * (lossy compressed pixels may go as they are, PS3.18 §8.7.3.4), `no` never.
 */
export type Uncompressed = 'default' | 'on-request' | 'no';

/** `single`: the request names exactly one instance or frame, so that it may go without multipart packaging. */
export type Resource = Readonly<{ stored: string; uncompressed: Uncompressed; single: boolean }>;

const EXPLICIT = TransferSyntaxUid.ExplicitVRLittleEndian;
const OCTETS = 'application/octet-stream';
const DICOM = 'application/dicom';

type Unpacked = Omit<Offer, 'multipart'>;

/** Ways to have an instance (PS3.18 §8.7.3.1). Implicit VR and Big Endian never go out: converted, they count as stored. */
export function instanceOffers({ stored, uncompressed, single }: Resource): readonly Offer[] {
  const asIs = mayGoOut(stored);
  if (stored === EXPLICIT) return packed([asStored(DICOM, EXPLICIT)], single);
  if (!asIs) return uncompressed === 'no' ? [] : packed([asStored(DICOM, EXPLICIT)], single);
  const kept = { ...asStored(DICOM, stored), byDefault: uncompressed !== 'default' };
  const converted = {
    ...kept,
    transferSyntax: EXPLICIT,
    asStored: false,
    byDefault: !kept.byDefault,
  };
  return packed(uncompressed === 'no' ? [kept] : [converted, kept], single);
}

/** Ways to have frames (PS3.18 §8.7.3.3). A compressed frame also goes as octets to those who name its transfer syntax or `*`. */
export function frameOffers({ stored, uncompressed, single }: Resource): readonly Offer[] {
  const syntax = transferSyntaxOf(stored);
  if (syntax?.coding === 'native') return packed([asStored(OCTETS, EXPLICIT)], single);
  const mediaType = syntax?.mediaType ?? OCTETS;
  const isAll = mediaType === OCTETS && uncompressed === 'no';
  const asOctets = { ...asStored(OCTETS, stored), byDefault: isAll };
  const kept = mediaType === OCTETS ? [asOctets] : [asStored(mediaType, stored), asOctets];
  const decoded = { ...asStored(OCTETS, EXPLICIT), asStored: false };
  if (uncompressed === 'no') return packed(kept, single);
  return packed(uncompressed === 'default' ? [decoded, ...kept] : [...kept, decoded], single);
}

/** Ways to have bulk data that is no pixel data: little endian octets (PS3.18 §8.7.3.3.1). */
export const bulkdataOffers = (): readonly Offer[] => packed([asStored(OCTETS, EXPLICIT)], true);

const plain = (mediaType: string, multipart: boolean): Offer => ({
  mediaType,
  multipart,
  asStored: true,
  byDefault: true,
});

const JSON_OFFERS = [plain('application/dicom+json', false), plain('application/json', false)];

/** Ways to have metadata and search results (PS3.18 §8.7.3.2, §10.6.4); JSON is asked for under its general name too. */
export const metadataOffers = (): readonly Offer[] => [
  ...JSON_OFFERS,
  plain('application/dicom+xml', true),
];

/** Ways to have the Store Instances Response Module (PS3.18 §10.5.4). */
export const storeResponseOffers = (): readonly Offer[] => [
  ...JSON_OFFERS,
  plain('application/dicom+xml', false),
];

/** PS3.18 §8.6.2.1, §8.7.3: neither implicit VR nor big endian on the web; nor the private variant that is implicit inside. */
const mayGoOut = (stored: string): boolean => {
  const encoding = transferSyntaxOf(stored)?.encoding;
  return encoding === undefined || (encoding.explicit && !encoding.bigEndian);
};

const asStored = (mediaType: string, transferSyntax: string): Unpacked => ({
  mediaType,
  transferSyntax,
  asStored: true,
  byDefault: true,
});

const packed = (offers: readonly Unpacked[], single: boolean): readonly Offer[] => [
  ...offers.map((offer) => ({ ...offer, multipart: true })),
  ...(single ? offers.map((offer) => ({ ...offer, multipart: false })) : []),
];
