import { describeDisplay } from '#dicom/describe-display';
import { channelsOf, DISPLAYED_BYTES_MAX } from '#dicom/display-frame';
import {
  isPixelDescription,
  nativeFrameBytes,
  type PixelDescription,
  pixelDescriptionOf,
} from '#dicom/pixel-description';
import { GIF, JPEG, PNG } from '#dicomweb/rendered-offers';
import type { Rendering } from '#dicomweb/rendering-query';
import {
  badRequest,
  notFound,
  overloaded,
  ProblemException,
  tooLargeToRender,
} from '../../problem.js';
import { readAhead } from '../../read-ahead.js';
import { bufferOf, type FrameSource } from '../frame-source.js';
import { notConverted } from '../not-converted.js';
import { type OpenedInstance, readSmallValue } from './bulk-value.js';
import {
  type Drawn,
  ENCODED_SIDE_MAX,
  encodeAnimation,
  encodePicture,
  isTimeout,
  shapeFrame,
} from './encode-picture.js';
import { frameDelaysMs } from './frame-delays.js';
import { type FrameShape, frameShape, pixelHeightOf } from './frame-shape.js';
import { jpegWithProfile, pngWithProfile } from './icc-profile.js';
import { PICTURE_BYTES_MIN, type RenderPorts } from './render-ports.js';
import { storedProfile } from './stored-profile.js';

/** Frames of an opened instance. */
export type Pictured = OpenedInstance & Readonly<{ source: FrameSource }>;

/** What a picture is made of and how; part of the name under which it is kept, so a new way of drawing gets a new number. */
export const RENDERER_VERSION = 1;

const RETRY_SECONDS = 2;
const ANIMATION_BYTES_MAX = 128 * 1024 * 1024;
const ANIMATION_FRAMES_MAX = 1_000;
const DRAWN_AHEAD = 2;

/** One frame, counted from 0, as a still picture; kept for the next who asks for the same. */
export async function makePicture(
  ports: RenderPorts,
  pictured: Pictured,
  frameIndex: number,
  { rendering, mediaType }: Readonly<{ rendering: Rendering; mediaType: string }>,
): Promise<Buffer> {
  const name = pictureName(pictured, [String(frameIndex)], rendering, mediaType);
  return ports.keptPictures.get(name, async () => {
    const plan = planOf(pictured, frameIndex, rendering);
    refuseLongSide(plan.shape, mediaType);
    return withinGate(ports, plan.bytes, async () => {
      const drawn = await draw(ports, pictured, frameIndex, rendering);
      const profile =
        rendering.iccProfile === 'none'
          ? undefined
          : await storedProfile(ports, pictured, rendering.iccProfile);
      const isSrgb = rendering.iccProfile !== 'none' && profile === undefined;
      const { quality } = rendering;
      const encoding = { mediaType, quality, isSrgb };
      const picture = await encode(ports, () => encodePicture(drawn, plan.shape, encoding));
      return profile === undefined ? picture : withProfile(picture, mediaType, profile);
    });
  });
}

/** Frames, counted from 0, as one animated GIF. */
export async function makeAnimation(
  ports: RenderPorts,
  pictured: Pictured,
  frameIndexes: readonly number[],
  rendering: Rendering,
): Promise<Buffer> {
  const name = pictureName(pictured, frameIndexes, rendering, GIF);
  return ports.keptPictures.get(name, async () => {
    const plan = planOf(pictured, frameIndexes[0] ?? 0, rendering);
    refuseLongSide(plan.shape, GIF);
    const bytes = plan.shape.width * plan.shape.height * plan.channelsMax * frameIndexes.length;
    if (bytes > ANIMATION_BYTES_MAX || frameIndexes.length > ANIMATION_FRAMES_MAX)
      throw new ProblemException(tooLargeToRender('Ask for fewer frames or a smaller viewport.'));
    return withinGate(ports, plan.bytes * DRAWN_AHEAD + bytes * 2, async () => {
      const frames: Drawn[] = [];
      const drawOne = async (index: number) => {
        const drawn = await draw(ports, pictured, index, rendering);
        return encode(ports, () => shapeFrame(drawn, plan.shape));
      };
      for await (const frame of readAhead(frameIndexes, drawOne, DRAWN_AHEAD)) frames.push(frame);
      const delaysMs = frameDelaysMs(pictured.dataSet, frameIndexes);
      return notBusy(ports.animators.run(1, () => inTime(() => encodeAnimation(frames, delaysMs))));
    });
  });
}

/** Content, frames and all that bears on how they look; no two pictures share a name. */
export const pictureName = (
  { located }: Pick<OpenedInstance, 'located'>,
  frames: readonly (string | number)[],
  rendering: Rendering,
  mediaType: string,
): string =>
  [
    RENDERER_VERSION,
    located.instance.sha256,
    frames.join(','),
    mediaType,
    JSON.stringify(rendering),
  ].join('/');

type Plan = Readonly<{ shape: FrameShape; bytes: number; channelsMax: 1 | 3 }>;

/** What is to be drawn, checked before any pixel is read; `bytes` of memory that it takes. */
function planOf({ dataSet, source }: Pictured, frameIndex: number, rendering: Rendering): Plan {
  const description = pixelDescriptionOf(dataSet);
  if (!isPixelDescription(description)) throw new ProblemException(notConverted('bad-description'));
  const channelsMax = isGrey(description) ? 1 : 3;
  const drawnBytes = description.rows * description.columns * channelsMax;
  if (Math.max(drawnBytes, nativeFrameBytes(description)) > DISPLAYED_BYTES_MAX)
    throw new ProblemException(tooLargeToRender());
  const shape = frameShape(description, rendering, pixelHeightOf(dataSet, frameIndex));
  if (shape === undefined)
    throw new ProblemException(badRequest('viewport: its region lies outside of the image.'));
  const bytes = (source.frame(frameIndex)?.bytes ?? 0) + nativeFrameBytes(description);
  return { shape, channelsMax, bytes: 2 * (bytes + drawnBytes) };
}

const isGrey = ({ photometricInterpretation, samplesPerPixel }: PixelDescription): boolean =>
  samplesPerPixel === 1 && photometricInterpretation.startsWith('MONOCHROME');

function refuseLongSide({ width, height }: FrameShape, mediaType: string): void {
  if (mediaType !== PNG && Math.max(width, height) > ENCODED_SIDE_MAX)
    throw new ProblemException(tooLargeToRender('Ask for image/png or a smaller viewport.'));
}

const withinGate = <T>({ gate }: RenderPorts, bytes: number, work: () => Promise<T>) =>
  notBusy(gate.run(Math.max(bytes, PICTURE_BYTES_MIN), work));

const encode = <T>({ encoders }: RenderPorts, work: () => Promise<T>) =>
  notBusy(encoders.run(1, () => inTime(work)));

async function inTime<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (isTimeout(error)) throw new ProblemException(tooLargeToRender('Encoding took too long.'));
    throw error;
  }
}

async function notBusy<T>(running: Promise<T | 'busy'>): Promise<T> {
  const done = await running;
  if (done !== 'busy') return done;
  throw new ProblemException(overloaded(RETRY_SECONDS, 'Too many pictures are being made.'));
}

async function draw(
  ports: RenderPorts,
  pictured: Pictured,
  frameIndex: number,
  { window }: Rendering,
): Promise<Drawn> {
  const { dataSet, source, located } = pictured;
  const frame = source.frame(frameIndex);
  if (frame === undefined)
    throw new ProblemException(notFound(`Frame ${frameIndex + 1} of ${source.count}.`));
  if (frame.bytes > DISPLAYED_BYTES_MAX) throw new ProblemException(tooLargeToRender());
  const readBulk = readSmallValue(ports, pictured);
  const display = await describeDisplay({ dataSet, frameIndex, readBulk, window });
  const description = pixelDescriptionOf(dataSet);
  const bytes = await bufferOf(await frame.open());
  const { transferSyntax } = located.instance;
  const drawn = await ports.display({ transferSyntax, description, bytes, display });
  if (!drawn.ok) throw new ProblemException(notConverted(drawn.reason));
  const { rows: height, columns: width } = description;
  return { bytes: drawn.bytes, width, height, channels: channelsOf(display) };
}

const withProfile = (picture: Buffer, mediaType: string, profile: Buffer): Buffer =>
  mediaType === JPEG ? jpegWithProfile(picture, profile) : pngWithProfile(picture, profile);
