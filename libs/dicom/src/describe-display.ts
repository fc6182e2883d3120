import { itemsIn, macroOf, numberIn, textIn } from './attributes.js';
import type { DicomJson } from './dicom-json.js';
import type { Display, GreyWindow, ModalityTransform, Palette, VoiTransform } from './display.js';
import { type ReadBulk, readTable } from './render/look-up-table.js';

/** What the display of a frame is read from; `frameIndex` counts from 0. `window`, when given, goes before what the data set says. */
export type DisplaySource = Readonly<{
  dataSet: DicomJson;
  frameIndex: number;
  readBulk: ReadBulk;
  window?: GreyWindow | undefined;
}>;

const LUT = { descriptor: '00283002', data: '00283006' };
const MODALITY_SEQUENCE = '00283000';
const VOI_SEQUENCE = '00283010';
const PIXEL_VALUE_TRANSFORMATION = '00289145';
const FRAME_VOI = '00289132';

/** How a data set wants one of its frames to be shown: PS3.3 §C.11.1 and §C.11.2, §C.7.6.3, and the functional groups of enhanced images. */
export async function describeDisplay(source: DisplaySource): Promise<Display> {
  const { dataSet } = source;
  const bitsStored = numberIn(dataSet, '00280101') ?? numberIn(dataSet, '00280100') ?? 8;
  const frame = {
    highBit: numberIn(dataSet, '00280102') ?? bitsStored - 1,
    isFloat: dataSet['7FE00008'] !== undefined || dataSet['7FE00009'] !== undefined,
  };
  const photometric = textIn(dataSet, '00280004');
  if ((numberIn(dataSet, '00280002') ?? 1) > 1) return { ...frame, kind: 'colour' };
  const palette = await paletteOf(source);
  if (photometric === 'PALETTE COLOR' && palette !== undefined)
    return { ...frame, kind: 'palette', palette };
  const padding = paddingOf(dataSet);
  const isColoured = palette !== undefined && textIn(dataSet, '00089205') === 'COLOR';
  return {
    ...frame,
    kind: 'grey',
    modality: await modalityOf(source),
    voi: bitsStored === 1 ? { kind: 'full' } : await voiOf(source),
    isInverse: isInverse(dataSet, photometric),
    ...(padding === undefined ? {} : { padding }),
    ...(isColoured ? { supplemental: palette } : {}),
  };
}

const isSigned = (dataSet: DicomJson): boolean => numberIn(dataSet, '00280103') === 1;

async function modalityOf(source: DisplaySource): Promise<ModalityTransform> {
  const { dataSet, frameIndex, readBulk } = source;
  const [item] = itemsIn(dataSet, MODALITY_SEQUENCE);
  const signed = isSigned(dataSet);
  const table = item && (await readTable(item, LUT, { readBulk, isSigned: signed }));
  if (table !== undefined) return { kind: 'table', table };
  const rescale = macroOf(dataSet, frameIndex, PIXEL_VALUE_TRANSFORMATION) ?? dataSet;
  return {
    kind: 'rescale',
    slope: numberIn(rescale, '00281053') || 1,
    intercept: numberIn(rescale, '00281052') ?? 0,
  };
}

async function voiOf({ dataSet, frameIndex, readBulk, window }: DisplaySource) {
  if (window !== undefined) return { kind: 'window', window } as const;
  const own = macroOf(dataSet, frameIndex, FRAME_VOI);
  const found = (own && (await voiIn(own, readBulk))) ?? (await voiIn(dataSet, readBulk));
  return found ?? ({ kind: 'extremes' } as const);
}

/** The first window goes before the first table. */
async function voiIn(dataSet: DicomJson, readBulk: ReadBulk): Promise<VoiTransform | undefined> {
  const window = windowIn(dataSet);
  if (window !== undefined) return { kind: 'window', window };
  const [item] = itemsIn(dataSet, VOI_SEQUENCE);
  const signed = item?.['00283002']?.vr === 'SS';
  const table = item && (await readTable(item, LUT, { readBulk, isSigned: signed }));
  return table && { kind: 'table', table };
}

const SHAPES: Readonly<Record<string, GreyWindow['shape']>> = {
  LINEAR_EXACT: 'linear-exact',
  SIGMOID: 'sigmoid',
};

function windowIn(dataSet: DicomJson): GreyWindow | undefined {
  const center = numberIn(dataSet, '00281050');
  const width = numberIn(dataSet, '00281051');
  const shape = SHAPES[textIn(dataSet, '00281056')] ?? 'linear';
  if (center === undefined || width === undefined) return undefined;
  return width >= (shape === 'linear' ? 1 : Number.MIN_VALUE)
    ? { center, width, shape }
    : undefined;
}

/** PS3.3 §C.11.6: the Presentation LUT Shape goes before the Photometric Interpretation. */
function isInverse(dataSet: DicomJson, photometric: string): boolean {
  const shape = textIn(dataSet, '20500020');
  return shape === '' ? photometric === 'MONOCHROME1' : shape === 'INVERSE';
}

/** PS3.3 §C.7.5.1.1.2. */
function paddingOf(dataSet: DicomJson): readonly [number, number] | undefined {
  const value = numberIn(dataSet, '00280120');
  if (value === undefined) return undefined;
  const limit = numberIn(dataSet, '00280121') ?? value;
  return [Math.min(value, limit), Math.max(value, limit)];
}

async function paletteOf({ dataSet, readBulk }: DisplaySource): Promise<Palette | undefined> {
  const channel = (digit: string) =>
    readTable(
      dataSet,
      { descriptor: `0028110${digit}`, data: `0028120${digit}`, segments: `0028122${digit}` },
      { readBulk, isSigned: isSigned(dataSet) },
    );
  const red = await channel('1');
  if (red === undefined) return undefined;
  const [green, blue] = [await channel('2'), await channel('3')];
  return green && blue && { red, green, blue };
}
