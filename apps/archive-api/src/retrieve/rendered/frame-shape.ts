import { macroOf, numberIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';
import type { Rendering, Viewport } from '#dicomweb/rendering-query';

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
  size: Size,
  { viewport, share }: Pick<Rendering, 'viewport' | 'share'>,
  pixelHeight: number,
): FrameShape | undefined {
  const region = viewport?.region;
  const edges = share === undefined ? edgesOf(size, region) : edgesOfShare(size, share);
  const { rows, columns } = size;
  if (edges.left >= columns || edges.top >= rows) return undefined;
  const cut = {
    left: edges.left,
    top: edges.top,
    width: within(edges.right - edges.left, columns - edges.left),
    height: within(edges.bottom - edges.top, rows - edges.top),
  };
  return {
    cut,
    ...scaled(cut, viewport, pixelHeight),
    isFlippedHorizontally: region?.isFlippedHorizontally ?? false,
    isFlippedVertically: region?.isFlippedVertically ?? false,
  };
}

type Edges = Readonly<{ left: number; top: number; right: number; bottom: number }>;

const edgesOf = ({ rows, columns }: Size, region: Viewport['region']): Edges => {
  const left = Math.round(region?.left ?? 0);
  const top = Math.round(region?.top ?? 0);
  const right = region?.width === undefined ? columns : left + Math.round(region.width);
  const bottom = region?.height === undefined ? rows : top + Math.round(region.height);
  return { left, top, right, bottom };
};

const edgesOfShare = ({ rows, columns }: Size, share: Edges): Edges => ({
  left: Math.min(Math.round(share.left * columns), columns - 1),
  top: Math.min(Math.round(share.top * rows), rows - 1),
  right: Math.round(share.right * columns),
  bottom: Math.round(share.bottom * rows),
});

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
