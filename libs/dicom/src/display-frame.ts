import { decodeFrame, type EncodedFrame } from './decode-frame.js';
import type { Display } from './display.js';
import { refused } from './pixel/samples.js';
import {
  type DecodedFrame,
  isPixelDescription,
  type PixelDescription,
} from './pixel-description.js';
import { drawColour } from './render/draw-colour.js';
import { drawGrey, drawPalette, drawSupplemental } from './render/draw-grey.js';
import { storedValues } from './render/stored-values.js';

/** One stored frame, and how it is shown. */
export type FrameToDisplay = EncodedFrame & Readonly<{ display: Display }>;

/** Bytes of one picture that is drawn in memory. */
export const DISPLAYED_BYTES_MAX = 256 * 1024 * 1024;

/** Channels of the picture that a display makes: 1 grey, 3 red, green, blue. */
export const channelsOf = (display: Display): 1 | 3 =>
  display.kind === 'grey' && display.supplemental === undefined ? 1 : 3;

/**
 * The frame as it is to be seen: eight bits a sample, by pixel, rows × columns; Photometric Interpretation MONOCHROME2 (one
 * sample) or RGB (three). Holds the thread as `decodeFrame` does.
 */
export async function displayFrame({ display, ...frame }: FrameToDisplay): Promise<DecodedFrame> {
  const { description } = frame;
  if (!isPixelDescription(description)) return refused('bad-description');
  const pixels = description.rows * description.columns;
  if (pixels * channelsOf(display) > DISPLAYED_BYTES_MAX) return refused('too-large');
  const decoded = await decodeFrame(frame);
  if (!decoded.ok) return decoded;
  const { photometricInterpretation } = decoded;
  const bytes = draw(decoded.bytes, { ...description, photometricInterpretation }, display);
  if (bytes === undefined) return refused('unsupported');
  const isGrey = channelsOf(display) === 1;
  return { ok: true, bytes, photometricInterpretation: isGrey ? 'MONOCHROME2' : 'RGB' };
}

function draw(bytes: Uint8Array, it: PixelDescription, display: Display): Uint8Array | undefined {
  if (display.kind === 'colour') return drawColour(bytes, it);
  const values = it.samplesPerPixel === 1 ? storedValues(bytes, it, display) : undefined;
  if (values === undefined) return undefined;
  if (display.kind === 'palette') return drawPalette(display.palette, values, it);
  const { supplemental } = display;
  return supplemental === undefined
    ? drawGrey(display, values, it)
    : drawSupplemental(display, supplemental, values, it);
}
