import type { DicomJson, JsonElement } from './dicom-json.js';

/** The Image Pixel attributes that say how a frame's bytes are to be read (PS3.3 §C.7.6.3), as one data set states them. */
export type PixelDescription = Readonly<{
  rows: number;
  columns: number;
  samplesPerPixel: number;
  bitsAllocated: number;
  bitsStored: number;
  /** 0 unsigned, 1 two's complement. */
  pixelRepresentation: number;
  /** 0 by pixel (RGBRGB), 1 by plane (RRGGBB). */
  planarConfiguration: number;
  photometricInterpretation: string;
  /** The value representation of Pixel Data; it matters in big endian alone, where OW is swapped in 16-bit words (PS3.5 §6.2). */
  pixelDataVr?: 'OB' | 'OW';
}>;

/** Why a frame wasn't decoded. `mismatch`: the encoded frame is of another size, depth or count of samples than the data set says. */
export type DecodeRefusal =
  | 'no-codec'
  | 'unsupported'
  | 'bad-description'
  | 'too-large'
  | 'mismatch'
  | 'corrupt';

/** A native frame: little endian, by pixel, bits allocated as described; its photometric interpretation may differ from the encoded one's. */
export type DecodedFrame =
  | Readonly<{ ok: true; bytes: Uint8Array; photometricInterpretation: string }>
  | Readonly<{ ok: false; reason: DecodeRefusal }>;

/** The largest frame, encoded or decoded, that is decoded in memory, when the caller names no other bound. */
export const FRAME_BYTES_MAX = 512 * 1024 * 1024;

const SIDE_MAX = 65535;
const SAMPLES_MAX = 4;
const BITS_ALLOCATED = [1, 8, 16, 32, 64];

/** Whether every number is one that PS3.3 §C.7.6.3 and PS3.5 §8.1.1 allow; nothing else may be asked of a description that isn't. */
export function isPixelDescription(it: PixelDescription): boolean {
  return (
    isBetween(it.rows, 1, SIDE_MAX) &&
    isBetween(it.columns, 1, SIDE_MAX) &&
    isBetween(it.samplesPerPixel, 1, SAMPLES_MAX) &&
    BITS_ALLOCATED.includes(it.bitsAllocated) &&
    isBetween(it.bitsStored, 1, it.bitsAllocated) &&
    isBetween(it.pixelRepresentation, 0, 1) &&
    isBetween(it.planarConfiguration, 0, 1)
  );
}

/** Samples of one frame as PS3.5 §8.2 counts them: YBR_FULL_422 keeps one chroma pair for two pixels when native. */
export function nativeSamples(it: PixelDescription): number {
  const pixels = it.rows * it.columns;
  return isSubsampled(it) ? pixels * 2 : pixels * it.samplesPerPixel;
}

/** Length in bytes of one native frame, without padding; one-bit samples are packed eight to a byte. */
export function nativeFrameBytes(it: PixelDescription): number {
  return Math.ceil((nativeSamples(it) * it.bitsAllocated) / 8);
}

/** Whether chroma is kept at half width in the native form. */
export function isSubsampled(it: PixelDescription): boolean {
  return (
    it.samplesPerPixel === 3 &&
    (it.photometricInterpretation === 'YBR_FULL_422' ||
      it.photometricInterpretation === 'YBR_PARTIAL_422')
  );
}

function isBetween(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max;
}

/** The description that a data set (root or item) holds, with the defaults of PS3.3 where it is silent; check it with `isPixelDescription`. */
export function pixelDescriptionOf(dataSet: DicomJson): PixelDescription {
  const bitsAllocated = numberOf(dataSet['00280100'], 0);
  const photometric = dataSet['00280004']?.Value?.[0];
  return {
    rows: numberOf(dataSet['00280010'], 0),
    columns: numberOf(dataSet['00280011'], 0),
    samplesPerPixel: numberOf(dataSet['00280002'], 1),
    bitsAllocated,
    bitsStored: numberOf(dataSet['00280101'], bitsAllocated),
    pixelRepresentation: numberOf(dataSet['00280103'], 0),
    planarConfiguration: numberOf(dataSet['00280006'], 0),
    photometricInterpretation: typeof photometric === 'string' ? photometric : '',
    pixelDataVr: dataSet['7FE00010']?.vr === 'OW' ? 'OW' : 'OB',
  };
}

function numberOf(element: JsonElement | undefined, absent: number): number {
  const value = element?.Value?.[0];
  return typeof value === 'number' ? value : absent;
}
