import { macroOf, numberIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';
import type { Viewport } from '#dicomweb/rendering-query';

/** What is done to a drawn frame: a part is cut out, scaled to `width` × `height`, and mirrored. Pixels. */
export type FrameShape = Readonly<{
  cut: Readonly<{ left: number; top: number; width: number; height: number }>;
  width: number;
  height: number;
  isFlippedHorizontally: boolean;
  isFlippedVertically: boolean;
}>;

type Size = Readonly<{ rows: number; columns: number }>;

/**
 * As large as the viewport allows, in the true proportions of the pixels (PS3.18 §8.3.5.1.3); without viewport the matrix stays
 * as it is stored. Undefined when the region lies outside of the image.
 */
export function frameShape(
  { rows, columns }: Size,
  viewport: Viewport | undefined,
  pixelHeight: number,
): FrameShape | undefined {
  const region = viewport?.region;
  const left = Math.round(region?.left ?? 0);
  const top = Math.round(region?.top ?? 0);
  if (left >= columns || top >= rows) return undefined;
  const cut = {
    left,
    top,
    width: within(Math.round(region?.width ?? columns), columns - left),
    height: within(Math.round(region?.height ?? rows), rows - top),
  };
  return {
    cut,
    ...scaled(cut, viewport, pixelHeight),
    isFlippedHorizontally: region?.isFlippedHorizontally ?? false,
    isFlippedVertically: region?.isFlippedVertically ?? false,
  };
}

const within = (length: number, lengthMax: number): number =>
  Math.max(1, Math.min(length, lengthMax));

type Cut = FrameShape['cut'];

function scaled({ width, height }: Cut, viewport: Viewport | undefined, pixelHeight: number) {
  if (viewport === undefined) return { width, height };
  const tall = height * pixelHeight;
  const scale = Math.min(viewport.width / width, viewport.height / tall);
  return {
    width: within(Math.round(width * scale), viewport.width),
    height: within(Math.round(tall * scale), viewport.height),
  };
}

const PROPORTION_MAX = 100;
const PIXEL_MEASURES = '00289110';
const SPACINGS = ['00280034', '00280030', '00181164', '00182010'];

/** Height of a pixel for one of width 1, from the Pixel Aspect Ratio or the spacing between pixels (PS3.3 §C.7.6.3.1.7). */
export function pixelHeightOf(dataSet: DicomJson, frameIndex: number): number {
  const measures = macroOf(dataSet, frameIndex, PIXEL_MEASURES);
  for (const source of [dataSet, measures])
    for (const tag of SPACINGS) {
      const [vertical, horizontal] = [numberIn(source, tag, 0), numberIn(source, tag, 1)];
      if (vertical === undefined || horizontal === undefined) continue;
      const height = vertical / horizontal;
      if (height >= 1 / PROPORTION_MAX && height <= PROPORTION_MAX) return height;
    }
  return 1;
}
