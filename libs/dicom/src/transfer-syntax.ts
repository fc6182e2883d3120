import type { Encoding } from './element.js';

/** What the bytes of a frame are; `native` frames are cut by arithmetic, all others by fragments. */
export type PixelCoding =
  | 'native'
  | 'deflated-frame'
  | 'htj2k'
  | 'jpeg'
  | 'jpeg-2000'
  | 'jpeg-ls'
  | 'jpeg-xl'
  | 'rle'
  | 'video';

/**
 * One row of PS3.6 Table A-1 as far as coding goes. `mediaType` is the frame media type of PS3.18 §8.7.3.5; `bitsMax` the
 * highest Bits Stored that the coding can carry; `lossy` says that it may lose, not that this instance did.
 */
export type TransferSyntax = Readonly<{
  uid: string;
  encoding: Encoding;
  deflated: boolean;
  encapsulated: boolean;
  coding: PixelCoding;
  lossy: boolean;
  mediaType: string;
  bitsMax: number;
}>;

/** Transfer syntax UIDs that the code names. */
export const TransferSyntaxUid = {
  ImplicitVRLittleEndian: '1.2.840.10008.1.2',
  ExplicitVRLittleEndian: '1.2.840.10008.1.2.1',
  DeflatedExplicitVRLittleEndian: '1.2.840.10008.1.2.1.99',
  ExplicitVRBigEndian: '1.2.840.10008.1.2.2',
  JPEGBaseline: '1.2.840.10008.1.2.4.50',
  JPEGExtended: '1.2.840.10008.1.2.4.51',
  JPEGLossless: '1.2.840.10008.1.2.4.57',
  JPEGLosslessFirstOrder: '1.2.840.10008.1.2.4.70',
  JPEGLSLossless: '1.2.840.10008.1.2.4.80',
  JPEGLSNearLossless: '1.2.840.10008.1.2.4.81',
  JPEG2000Lossless: '1.2.840.10008.1.2.4.90',
  JPEG2000: '1.2.840.10008.1.2.4.91',
  HTJ2KLossless: '1.2.840.10008.1.2.4.201',
  HTJ2KLosslessRPCL: '1.2.840.10008.1.2.4.202',
  HTJ2K: '1.2.840.10008.1.2.4.203',
  RLELossless: '1.2.840.10008.1.2.5',
} as const;

const EXPLICIT: Encoding = { explicit: true, bigEndian: false };
const IMPLICIT: Encoding = { explicit: false, bigEndian: false };
const BIG: Encoding = { explicit: true, bigEndian: true };
const ROOT = '1.2.840.10008.1.2';

const native = (suffix: string, encoding: Encoding, deflated = false): TransferSyntax => ({
  uid: ROOT + suffix,
  encoding,
  deflated,
  encapsulated: false,
  coding: 'native',
  lossy: false,
  mediaType: 'application/octet-stream',
  bitsMax: 64,
});

type Coding = Readonly<{ coding: PixelCoding; mediaType: string; lossy: boolean; bitsMax: number }>;
const RAW = {
  coding: 'native',
  mediaType: 'application/octet-stream',
  lossy: false,
  bitsMax: 64,
} as const;
const JPEG = { coding: 'jpeg', mediaType: 'image/jpeg', bitsMax: 16 } as const;
const JLS = { coding: 'jpeg-ls', mediaType: 'image/jls', bitsMax: 16 } as const;
const JP2 = { coding: 'jpeg-2000', mediaType: 'image/jp2', bitsMax: 38 } as const;
const JPX = { coding: 'jpeg-2000', mediaType: 'image/jpx', bitsMax: 38 } as const;
const JPHC = { coding: 'htj2k', mediaType: 'image/jphc', bitsMax: 38 } as const;
const JXL = { coding: 'jpeg-xl', mediaType: 'image/jxl', bitsMax: 32 } as const;
const MPEG2 = { coding: 'video', mediaType: 'video/mpeg', lossy: true, bitsMax: 8 } as const;
const MP4 = { coding: 'video', mediaType: 'video/mp4', lossy: true, bitsMax: 8 } as const;

const encapsulated = (suffix: string, coding: Coding): TransferSyntax => ({
  uid: ROOT + suffix,
  encoding: EXPLICIT,
  deflated: false,
  encapsulated: true,
  ...coding,
});

const jpegs = (): TransferSyntax[] => [
  encapsulated('.4.50', { ...JPEG, lossy: true, bitsMax: 8 }),
  encapsulated('.4.51', { ...JPEG, lossy: true, bitsMax: 12 }),
  encapsulated('.4.57', { ...JPEG, lossy: false }),
  encapsulated('.4.70', { ...JPEG, lossy: false }),
  encapsulated('.4.80', { ...JLS, lossy: false }),
  encapsulated('.4.81', { ...JLS, lossy: true }),
  encapsulated('.4.90', { ...JP2, lossy: false }),
  encapsulated('.4.91', { ...JP2, lossy: true }),
  encapsulated('.4.92', { ...JPX, lossy: false }),
  encapsulated('.4.93', { ...JPX, lossy: true }),
  encapsulated('.4.110', { ...JXL, lossy: false }),
  encapsulated('.4.111', { ...JXL, lossy: true }),
  encapsulated('.4.112', { ...JXL, lossy: true }),
  encapsulated('.4.201', { ...JPHC, lossy: false }),
  encapsulated('.4.202', { ...JPHC, lossy: false }),
  encapsulated('.4.203', { ...JPHC, lossy: true }),
];

const OLD_JPEG = '.52 .53 .54 .55 .56 .58 .59 .60 .61 .62 .63 .64 .65 .66'.split(' ');
const MPEG2_VIDEO = '.100 .100.1 .101 .101.1'.split(' ');
const MP4_VIDEO = '.102 .102.1 .103 .103.1 .104 .104.1 .105 .105.1 .106 .106.1 .107 .108'.split(
  ' ',
);

/** Of the retired JPEG processes only 15, 28 and 29 lose nothing. */
const LOSSLESS_OLD_JPEG = ['.58', '.65', '.66'];

const TABLE = new Map<string, TransferSyntax>(
  [
    native('', IMPLICIT),
    native('.1', EXPLICIT),
    native('.1.99', EXPLICIT, true),
    native('.2', BIG),
    encapsulated('.1.98', RAW),
    ...jpegs(),
    ...OLD_JPEG.map((suffix) =>
      encapsulated(`.4${suffix}`, {
        ...JPEG,
        lossy: !LOSSLESS_OLD_JPEG.includes(suffix),
        bitsMax: 12,
      }),
    ),
    ...MPEG2_VIDEO.map((suffix) => encapsulated(`.4${suffix}`, MPEG2)),
    ...MP4_VIDEO.map((suffix) => encapsulated(`.4${suffix}`, MP4)),
    encapsulated('.5', { coding: 'rle', mediaType: 'image/dicom-rle', lossy: false, bitsMax: 32 }),
    encapsulated('.8.1', {
      coding: 'deflated-frame',
      mediaType: 'application/x-deflate',
      lossy: false,
      bitsMax: 64,
    }),
    { ...native('.1', IMPLICIT), uid: '1.2.840.113619.5.2' },
  ].map((syntax) => [syntax.uid, syntax]),
);

/** The row of a transfer syntax; undefined for private and unknown ones, which PS3.5 §10 reads as Explicit VR Little Endian. */
export const transferSyntaxOf = (uid: string): TransferSyntax | undefined => TABLE.get(uid);

/** Every known transfer syntax. */
export const transferSyntaxes = (): readonly TransferSyntax[] => [...TABLE.values()];
