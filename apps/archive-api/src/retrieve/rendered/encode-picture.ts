import sharp, { type Sharp } from 'sharp';
import { GIF, PNG } from '#dicomweb/rendered-offers';
import type { FrameShape } from './frame-shape.js';

/** A drawn frame: eight bits a sample, by pixel. */
export type Drawn = Readonly<{ bytes: Uint8Array; width: number; height: number; channels: 1 | 3 }>;

export type Encoding = Readonly<{
  mediaType: string;
  quality: number;
  /** Whether an sRGB profile is put in. */
  isSrgb: boolean;
}>;

/** Longest side that JPEG and GIF can hold. */
export const ENCODED_SIDE_MAX = 65_500;
const PIXELS_MAX = 2 ** 28;
const ENCODE_SECONDS_MAX = 30;

// Pictures are made once and kept elsewhere; one thread each, since several are made at once.
sharp.cache(false);
sharp.concurrency(1);

/** Whether sharp gave up after ENCODE_SECONDS_MAX; what it encodes is sound, so it fails for no other reason. */
export const isTimeout = (error: unknown): boolean =>
  error instanceof Error && error.message.startsWith('timeout:');

/** A still picture. */
export const encodePicture = (
  drawn: Drawn,
  shape: FrameShape,
  encoding: Encoding,
): Promise<Buffer> => encoded(shaped(drawn, shape), encoding, drawn.channels).toBuffer();

/** The same picture not encoded, to be put into an animation. */
export async function shapeFrame(drawn: Drawn, shape: FrameShape): Promise<Drawn> {
  const image = inOwnColours(shaped(drawn, shape), drawn.channels).raw();
  const { width, height, channels } = drawn;
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const isSame = info.channels === channels;
  if (!isSame) throw new Error(`a ${width}×${height} frame changed its channels`);
  return { bytes: data, width: info.width, height: info.height, channels };
}

/** Frames of one size, one after the other; each is shown for its share of `delaysMs`, without end. */
export function encodeAnimation(
  frames: readonly Drawn[],
  delaysMs: readonly number[],
): Promise<Buffer> {
  const [first] = frames;
  if (first === undefined) throw new Error('an animation has no frames');
  const { width, height: pageHeight, channels } = first;
  const bytes = Buffer.concat(frames.map((frame) => frame.bytes));
  const height = pageHeight * frames.length;
  const image = sharp(bytes, {
    raw: { width, height, channels, pageHeight },
    limitInputPixels: PIXELS_MAX,
  });
  return image
    .timeout({ seconds: ENCODE_SECONDS_MAX })
    .gif({ delay: [...delaysMs], loop: 0, effort: 1, dither: 0 })
    .toBuffer();
}

function shaped({ bytes, width, height, channels }: Drawn, shape: FrameShape): Sharp {
  const { cut } = shape;
  let image = sharp(bytes, {
    raw: { width, height, channels },
    limitInputPixels: PIXELS_MAX,
  }).timeout({ seconds: ENCODE_SECONDS_MAX });
  if (cut.width !== width || cut.height !== height) image = image.extract(cut);
  if (shape.width !== cut.width || shape.height !== cut.height)
    image = image.resize(shape.width, shape.height, { fit: 'fill' });
  if (shape.isFlippedHorizontally) image = image.flop();
  return shape.isFlippedVertically ? image.flip() : image;
}

/** Without this sharp makes three channels of one. */
const inOwnColours = (image: Sharp, channels: 1 | 3): Sharp =>
  channels === 1 ? image.toColourspace('b-w') : image;

function encoded(image: Sharp, { mediaType, quality, isSrgb }: Encoding, channels: 1 | 3): Sharp {
  const coloured = isSrgb ? image.withIccProfile('srgb') : inOwnColours(image, channels);
  if (mediaType === PNG) return coloured.png({ compressionLevel: 6 });
  if (mediaType === GIF) return image.gif({ effort: 1, dither: 0 });
  return coloured.jpeg({ quality, chromaSubsampling: '4:4:4' });
}
