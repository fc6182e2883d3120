import type { GreyWindow } from '#dicom/display';

/** Size in pixels that a picture has to fit into, and the part of the source that is shown (PS3.18 §8.3.5.1.3). */
export type Viewport = Readonly<{ width: number; height: number; region?: Region }>;

/** Part of the source image in pixels, from its top left corner; a side that is undefined reaches to the edge. */
export type Region = Readonly<{
  left: number;
  top: number;
  width: number | undefined;
  height: number | undefined;
  isFlippedHorizontally: boolean;
  isFlippedVertically: boolean;
}>;

export type Share = Readonly<{ left: number; top: number; right: number; bottom: number }>;

/** `stored`: the profile of the data set, else sRGB. */
export type IccProfile = 'none' | 'stored' | 'srgb';

/** What PS3.18 §8.3.5 lets a client ask of a picture; `unsupported` are keywords of `annotation`, which are told in a warning. */
export type Rendering = Readonly<{
  window?: GreyWindow;
  viewport?: Viewport;
  /** Part of the image as shares of its width and height, from its top left corner: what the URI Service calls a region. */
  share?: Share;
  quality: number;
  iccProfile: IccProfile;
  unsupported: readonly string[];
}>;

/** The rendering that was asked for, or which parameter is wrong and why. */
export type ParsedRendering =
  | Readonly<{ ok: true; rendering: Rendering }>
  | Readonly<{ ok: false; parameter: string; reason: string }>;

export type RenderingQuery = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Width or height of a viewport in pixels. */
export const VIEWPORT_SIDE_MAX = 8192;
export const DEFAULT_QUALITY = 90;

/** Thrown and caught inside this file only. */
class Wrong extends Error {
  constructor(
    readonly parameter: string,
    readonly reason: string,
  ) {
    super(reason);
  }
}

/** Reads the query parameters of rendered resources; those that it doesn't know are passed over. */
export function parseRendering(query: RenderingQuery): ParsedRendering {
  return attempt(() => {
    const window = windowOf(single(query, 'window'));
    const viewport = viewportOf(single(query, 'viewport'), true);
    return {
      ...(window === undefined ? {} : { window }),
      ...(viewport === undefined ? {} : { viewport }),
      quality: qualityOf('quality', single(query, 'quality')),
      iccProfile: iccProfileOf(single(query, 'iccprofile')),
      unsupported: annotationOf('annotation', single(query, 'annotation')),
    };
  });
}

/** The same for thumbnails, which have a viewport without region and nothing else (PS3.18 §8.3.5.2). */
export function parseThumbnail(query: RenderingQuery): ParsedRendering {
  return attempt(() => {
    const viewport = viewportOf(single(query, 'viewport'), false);
    return {
      ...(viewport === undefined ? {} : { viewport }),
      quality: DEFAULT_QUALITY,
      iccProfile: 'none',
      unsupported: [],
    };
  });
}

/** The same for the URI Service (PS3.18 §9.5.1.2). */
export function parseUriRendering(query: RenderingQuery): ParsedRendering {
  return attempt(() => {
    for (const name of ['presentationUID', 'presentationSeriesUID'])
      if (query[name] !== undefined) throw new Wrong(name, 'presentation states are not supported');
    const window = uriWindowOf(query);
    const viewport = uriViewportOf(query);
    const share = uriRegionOf(single(query, 'region'));
    return {
      ...(window === undefined ? {} : { window }),
      ...(viewport === undefined ? {} : { viewport }),
      ...(share === undefined ? {} : { share }),
      quality: qualityOf('imageQuality', single(query, 'imageQuality')),
      iccProfile: 'none',
      unsupported: annotationOf('annotation', single(query, 'annotation')),
    };
  });
}

/** PS3.18 §9.5.1.2.5: 0 ≤ left < right ≤ 1, and alike from top to bottom. */
function uriRegionOf(text: string | undefined): Share | undefined {
  if (text === undefined) return undefined;
  const [left = -1, top = -1, right = -1, bottom = -1, ...more] = text.split(',').map(decimal);
  const isWide = left >= 0 && left < right && right <= 1;
  const isTall = top >= 0 && top < bottom && bottom <= 1;
  if (isWide && isTall && more.length === 0) return { left, top, right, bottom };
  throw new Wrong('region', 'it has to be four numbers from 0 to 1: left, top, right, bottom');
}

function attempt(read: () => Rendering): ParsedRendering {
  try {
    return { ok: true, rendering: read() };
  } catch (error) {
    if (!(error instanceof Wrong)) throw error;
    return { ok: false, parameter: error.parameter, reason: error.reason };
  }
}

function single(query: RenderingQuery, name: string): string | undefined {
  const value = query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new Wrong(name, 'it is given more than once');
}

const DECIMAL = /^[+-]?(\d{1,20}(\.\d{0,20})?|\.\d{1,20})([eE][+-]?\d{1,3})?$/;

function decimal(text: string): number | undefined {
  const number = DECIMAL.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}

const positiveInteger = (text: string): number | undefined =>
  /^0*[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;

const SHAPES: Readonly<Record<string, GreyWindow['shape']>> = {
  linear: 'linear',
  'linear-exact': 'linear-exact',
  sigmoid: 'sigmoid',
};

function windowOf(text: string | undefined): GreyWindow | undefined {
  if (text === undefined) return undefined;
  const [center = '', width = '', shape = '', ...more] = text.split(',');
  if (more.length > 0) throw new Wrong('window', 'it has more than three values');
  if (!Object.hasOwn(SHAPES, shape))
    throw new Wrong('window', 'its function is none of linear, linear-exact, sigmoid');
  return checkedWindow('window', [center, width], SHAPES[shape] ?? 'linear');
}

function checkedWindow(
  name: string,
  [centerText, widthText]: readonly [string, string],
  shape: GreyWindow['shape'],
): GreyWindow {
  const center = decimal(centerText);
  const width = decimal(widthText);
  if (center === undefined || width === undefined)
    throw new Wrong(name, 'center and width have to be decimal numbers');
  if (shape === 'linear' ? width < 1 : width <= 0)
    throw new Wrong(name, `the width is too small for ${shape}`);
  return { center, width, shape };
}

function uriWindowOf(query: RenderingQuery): GreyWindow | undefined {
  const center = single(query, 'windowCenter');
  const width = single(query, 'windowWidth');
  if (center === undefined && width === undefined) return undefined;
  if (center === undefined) throw new Wrong('windowCenter', 'it has to go with windowWidth');
  if (width === undefined) throw new Wrong('windowWidth', 'it has to go with windowCenter');
  return checkedWindow('windowWidth', [center, width], 'linear');
}

function sideOf(name: string, text: string): number {
  const side = positiveInteger(text);
  if (side !== undefined && side <= VIEWPORT_SIDE_MAX) return side;
  throw new Wrong(name, `a side has to be a whole number from 1 to ${VIEWPORT_SIDE_MAX}`);
}

/** A side that the URI Service is not told is as long as it may be. */
function uriViewportOf(query: RenderingQuery): Viewport | undefined {
  const rows = single(query, 'rows');
  const columns = single(query, 'columns');
  if (rows === undefined && columns === undefined) return undefined;
  return {
    width: columns === undefined ? VIEWPORT_SIDE_MAX : sideOf('columns', columns),
    height: rows === undefined ? VIEWPORT_SIDE_MAX : sideOf('rows', rows),
  };
}

function viewportOf(text: string | undefined, mayHaveRegion: boolean): Viewport | undefined {
  if (text === undefined) return undefined;
  const [width = '', height = '', ...region] = text.split(',');
  const size = { width: sideOf('viewport', width), height: sideOf('viewport', height) };
  if (region.length === 0) return size;
  if (!mayHaveRegion) throw new Wrong('viewport', 'a thumbnail has no region');
  if (region.length > 4) throw new Wrong('viewport', 'it has more than six values');
  return { ...size, region: regionOf(region) };
}

function regionOf(texts: readonly string[]): Region {
  const [left, top, width, height] = texts.map((text) => {
    const number = text === '' ? undefined : decimal(text);
    if (text !== '' && number === undefined)
      throw new Wrong('viewport', 'its region has a value that is no decimal number');
    return number;
  });
  if (width === 0 || height === 0) throw new Wrong('viewport', 'its region is empty');
  return {
    left: Math.abs(left ?? 0),
    top: Math.abs(top ?? 0),
    width: width === undefined ? undefined : Math.abs(width),
    height: height === undefined ? undefined : Math.abs(height),
    isFlippedHorizontally: width !== undefined && width < 0,
    isFlippedVertically: height !== undefined && height < 0,
  };
}

function qualityOf(name: string, text: string | undefined): number {
  if (text === undefined) return DEFAULT_QUALITY;
  const quality = positiveInteger(text);
  if (quality !== undefined && quality <= 100) return quality;
  throw new Wrong(name, 'it has to be a whole number from 1 to 100');
}

const ICC_PROFILES: Readonly<Record<string, IccProfile>> = {
  no: 'none',
  yes: 'stored',
  srgb: 'srgb',
};

function iccProfileOf(text: string | undefined): IccProfile {
  if (text === undefined) return 'none';
  const profile = Object.hasOwn(ICC_PROFILES, text) ? ICC_PROFILES[text] : undefined;
  if (profile !== undefined) return profile;
  throw new Wrong('iccprofile', 'no, yes and srgb are supported');
}

const ANNOTATIONS: readonly string[] = ['patient', 'technique'];

/** PS3.18 §8.3.5.1.1: keywords that are not supported are told in a warning, other values are wrong. */
function annotationOf(name: string, text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const keywords = text.split(',').map((keyword) => keyword.trim());
  if (keywords.every((keyword) => ANNOTATIONS.includes(keyword))) return keywords;
  throw new Wrong(name, 'its values have to be patient or technique');
}
