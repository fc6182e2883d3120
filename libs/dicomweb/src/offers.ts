import { TransferSyntaxUid, transferSyntaxOf } from '#dicom/transfer-syntax';
import type { Offer } from './negotiate.js';

/**
 * Whether the uncompressed form can be had: `default` also when no transfer syntax was named, `on-request` only when it was
 * (lossy compressed pixels may go as they are, PS3.18 §8.7.3.4), `no` never.
 */
export type Uncompressed = 'default' | 'on-request' | 'no';

/**
 * `single`: the request names exactly one instance or frame, so that it may go without multipart packaging. `targets`: further
 * transfer syntaxes that it can be converted to, for those who ask for them. `withoutImage`: an instance of the
 * categories Text and Other, for which PS3.18 Table 8.7.3-2 has Explicit VR Little Endian alone.
 */
export type Resource = Readonly<{
  stored: string;
  uncompressed: Uncompressed;
  single: boolean;
  targets?: readonly string[];
  withoutImage?: boolean;
}>;

const EXPLICIT = TransferSyntaxUid.ExplicitVRLittleEndian;
const OCTETS = 'application/octet-stream';
const DICOM = 'application/dicom';

type Unpacked = Omit<Offer, 'multipart'>;

/** Ways to have an instance (PS3.18 §8.7.3.1). Implicit VR and Big Endian never go out: converted, they count as stored. */
export function instanceOffers(resource: Resource): readonly Offer[] {
  const { single, targets = [], withoutImage = false } = resource;
  const more = targets.map((uid) => onRequest(DICOM, uid));
  const inAnySyntax = { ...onRequest(DICOM, EXPLICIT), inAnySyntax: true };
  const amongOthers = withoutImage && !single ? [inAnySyntax] : [];
  return packed([...plainInstances(resource), ...more, ...amongOthers], single);
}

function plainInstances({ stored, uncompressed }: Resource): readonly Unpacked[] {
  if (stored === EXPLICIT) return [asStored(DICOM, EXPLICIT)];
  if (!mayGoOut(stored)) return uncompressed === 'no' ? [] : [asStored(DICOM, EXPLICIT)];
  const kept = { ...asStored(DICOM, stored), byDefault: uncompressed !== 'default' };
  const converted = {
    ...kept,
    transferSyntax: EXPLICIT,
    asStored: false,
    byDefault: !kept.byDefault,
  };
  return uncompressed === 'no' ? [kept] : [converted, kept];
}

/** Ways to have frames (PS3.18 §8.7.3.3). A compressed frame also goes as octets to those who name its transfer syntax or `*`. */
export function frameOffers(resource: Resource): readonly Offer[] {
  const more = (resource.targets ?? []).flatMap(encodedFrames);
  return packed([...plainFrames(resource), ...more], resource.single);
}

/** An encoded frame, under its media type's name and as octets. PS3.18 Table 8.7.3-5 has one default for each media type. */
function encodedFrames(uid: string): readonly Unpacked[] {
  const mediaType = transferSyntaxOf(uid)?.mediaType ?? OCTETS;
  const byDefault = uid !== TransferSyntaxUid.JPEGLossless;
  return [{ ...onRequest(mediaType, uid), byDefault }, onRequest(OCTETS, uid)];
}

function plainFrames({ stored, uncompressed }: Resource): readonly Unpacked[] {
  const syntax = transferSyntaxOf(stored);
  if (syntax?.coding === 'native') return [asStored(OCTETS, EXPLICIT)];
  const mediaType = syntax?.mediaType ?? OCTETS;
  const isAll = mediaType === OCTETS && uncompressed === 'no';
  const asOctets = { ...asStored(OCTETS, stored), byDefault: isAll };
  const kept = mediaType === OCTETS ? [asOctets] : [asStored(mediaType, stored), asOctets];
  const decoded = { ...asStored(OCTETS, EXPLICIT), asStored: false };
  if (uncompressed === 'no') return kept;
  return uncompressed === 'default' ? [decoded, ...kept] : [...kept, decoded];
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

/** A converted form that has to be named. */
const onRequest = (mediaType: string, transferSyntax: string): Unpacked => ({
  mediaType,
  transferSyntax,
  asStored: false,
  byDefault: false,
});

const packed = (offers: readonly Unpacked[], single: boolean): readonly Offer[] => [
  ...offers.map((offer) => ({ ...offer, multipart: true })),
  ...(single ? offers.map((offer) => ({ ...offer, multipart: false })) : []),
];
