import { transferSyntaxOf } from '#dicom/transfer-syntax';
import { parseMediaType } from './media-type.js';

/** What a bulk data part is said to hold; `transferSyntax` is undefined when the part names none. */
export type BulkMediaType = Readonly<{ mediaType: string; transferSyntax: string | undefined }>;

export const OCTETS: BulkMediaType = {
  mediaType: 'application/octet-stream',
  transferSyntax: undefined,
};

/** Experimental names of old, which senders still use (PS3.18 §8.7.3.3.2), and one that Table 10.5.2-1 has for another. */
const ALIASES: Readonly<Record<string, string>> = {
  'image/x-dicom-rle': 'image/dicom-rle',
  'image/x-jls': 'image/jls',
  'image/jph': 'image/jphc',
};

/** The defaults of PS3.18 Table 8.7.3-5. */
const DEFAULTS: Readonly<Record<string, string>> = {
  'image/jpeg': '1.2.840.10008.1.2.4.70',
  'image/dicom-rle': '1.2.840.10008.1.2.5',
  'image/jls': '1.2.840.10008.1.2.4.80',
  'image/jp2': '1.2.840.10008.1.2.4.90',
  'image/jpx': '1.2.840.10008.1.2.4.92',
  'image/jphc': '1.2.840.10008.1.2.4.201',
  'image/jxl': '1.2.840.10008.1.2.4.110',
  'video/mpeg': '1.2.840.10008.1.2.4.101',
  'video/mp4': '1.2.840.10008.1.2.4.102',
  'video/h265': '1.2.840.10008.1.2.4.107',
};

/** Media types whose streams say themselves which transfer syntax they are in. */
const TELLING = ['image/jpeg', 'image/jls', 'image/jp2', 'image/jphc'];

/** The Content-Type of a bulk data part; octets when there is none, undefined when it can't be read. */
export function parseBulkMediaType(contentType: string | undefined): BulkMediaType | undefined {
  if (contentType === undefined) return OCTETS;
  const parsed = parseMediaType(contentType);
  if (!parsed.ok) return undefined;
  const { type, subtype, parameters } = parsed.mediaType;
  const name = `${type}/${subtype}`;
  return {
    mediaType: ALIASES[name] ?? name,
    transferSyntax: parameters.get('transfer-syntax'),
  };
}

/** How Pixel Data of a media type is to be stored. `compressed`: in this transfer syntax, one frame to a part. */
export type PixelForm =
  | Readonly<{ kind: 'native' }>
  | Readonly<{ kind: 'compressed'; transferSyntax: string; isVideo: boolean }>
  | Readonly<{ kind: 'unsupported' }>;

/**
 * PS3.18 Table 8.7.3-5 in reverse. The parameter wins; without it, what the stream says (`told`); then the default of the
 * media type. Native pixels are little endian on the web, whatever little endian syntax is named.
 */
export function pixelFormOf(
  { mediaType, transferSyntax }: BulkMediaType,
  told: string | undefined,
): PixelForm {
  const isOctets = mediaType === OCTETS.mediaType;
  if (isOctets && transferSyntax === undefined) return { kind: 'native' };
  const spoken = TELLING.includes(mediaType) ? told : undefined;
  const uid = transferSyntax ?? spoken ?? DEFAULTS[mediaType];
  const syntax = uid === undefined ? undefined : transferSyntaxOf(uid);
  if (syntax === undefined || syntax.encoding.bigEndian) return { kind: 'unsupported' };
  if (!syntax.encapsulated) return isOctets ? { kind: 'native' } : { kind: 'unsupported' };
  return { kind: 'compressed', transferSyntax: syntax.uid, isVideo: syntax.coding === 'video' };
}

/** Whether the head of the stream can tell more than its media type does. */
export const isTelling = ({ mediaType }: BulkMediaType): boolean => TELLING.includes(mediaType);
