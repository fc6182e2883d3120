import { describe, expect, test } from 'vitest';
import { describeDisplay } from './describe-display.js';
import type { DicomJson, JsonValue } from './dicom-json.js';
import type { GreyWindow } from './display.js';
import { displayFrame } from './display-frame.js';
import { pixelDescriptionOf } from './pixel-description.js';

const us = (...Value: JsonValue[]) => ({ vr: 'US', Value });
const ds = (...Value: JsonValue[]) => ({ vr: 'DS', Value });
const cs = (...Value: JsonValue[]) => ({ vr: 'CS', Value });
const sq = (...Value: DicomJson[]) => ({ vr: 'SQ', Value });
const ow = (words: readonly number[]) => ({
  vr: 'OW',
  InlineBinary: Buffer.from(Uint16Array.from(words).buffer).toString('base64'),
});

const WINDOW = (center: number, width: number) => ({
  '00281050': ds(center),
  '00281051': ds(width),
});
const RESCALE = (slope: number, intercept: number) => ({
  '00281053': ds(slope),
  '00281052': ds(intercept),
});

const image = (columns: number, bits: number, more: DicomJson = {}): DicomJson => ({
  '00280002': us(1),
  '00280004': cs('MONOCHROME2'),
  '00280010': us(1),
  '00280011': us(columns),
  '00280100': us(Math.max(8, bits)),
  '00280101': us(bits),
  '00280102': us(bits - 1),
  '00280103': us(0),
  ...more,
});

/** Samples of frame `frameIndex`, which holds these bytes, as drawn. */
async function drawn(
  dataSet: DicomJson,
  bytes: Uint8Array,
  { window, frameIndex = 0 }: { window?: GreyWindow; frameIndex?: number } = {},
): Promise<readonly number[] | string> {
  const readBulk = async () => undefined;
  const display = await describeDisplay({ dataSet, frameIndex, readBulk, window });
  const transferSyntax = '1.2.840.10008.1.2.1';
  const description = pixelDescriptionOf(dataSet);
  const picture = await displayFrame({ transferSyntax, description, bytes, display });
  return picture.ok ? [...picture.bytes] : picture.reason;
}

const words = (...values: readonly number[]) => new Uint8Array(Int16Array.from(values).buffer);
const bytes = (...values: readonly number[]) => Uint8Array.from(values);
const SIGNED_16 = { '00280103': us(1), '00280100': us(16), '00280101': us(16), '00280102': us(15) };

describe('grey values', () => {
  test('are windowed as PS3.3 §C.11.2.1.2.1 computes it', async () => {
    const dataSet = image(5, 16, { ...SIGNED_16, ...WINDOW(2048, 4096) });
    const expected = [-1, 0, 2048, 4095, 5000].map((x) =>
      Math.round(Math.min(Math.max((x - 2047.5) / 4095 + 0.5, 0), 1) * 255),
    );
    expect(await drawn(dataSet, words(-1, 0, 2048, 4095, 5000))).toEqual(expected);
  });
  test('of a window of width 1 are black or white', async () =>
    expect(await drawn(image(3, 8, WINDOW(100, 1)), bytes(99, 100, 101))).toEqual([0, 255, 255]));
  test('are windowed exactly, or along a sigmoid, when the data set says so', async () => {
    const exact = { ...WINDOW(100, 100), '00281056': cs('LINEAR_EXACT') };
    expect(await drawn(image(3, 8, exact), bytes(50, 100, 150))).toEqual([0, 128, 255]);
    const sigmoid = { ...WINDOW(100, 100), '00281056': cs('SIGMOID') };
    const expected = [50, 100, 150].map((x) =>
      Math.round(255 / (1 + Math.exp((-4 * (x - 100)) / 100))),
    );
    expect(await drawn(image(3, 8, sigmoid), bytes(50, 100, 150))).toEqual(expected);
  });
  test('are rescaled before they are windowed', async () => {
    const dataSet = image(2, 16, { ...SIGNED_16, ...RESCALE(2, -1000), ...WINDOW(0.5, 2) });
    expect(await drawn(dataSet, words(499, 501))).toEqual([0, 255]);
  });
  test('reach from the least to the greatest without a window, padding left out', async () => {
    const dataSet = image(4, 16, { ...SIGNED_16, '00280120': { vr: 'SS', Value: [-2000] } });
    expect(await drawn(dataSet, words(-2000, 10, 110, 60))).toEqual([0, 0, 255, 128]);
  });
  test('of a range of padding are all left out', async () => {
    const padding = { '00280120': us(0), '00280121': us(9) };
    expect(await drawn(image(4, 8, padding), bytes(3, 9, 10, 20))).toEqual([0, 0, 0, 255]);
  });
  test('are turned for MONOCHROME1, unless the Presentation LUT Shape is IDENTITY', async () => {
    const inverse = image(2, 8, { '00280004': cs('MONOCHROME1') });
    expect(await drawn(inverse, bytes(0, 9))).toEqual([255, 0]);
    const identity = { ...inverse, '20500020': cs('IDENTITY') };
    expect(await drawn(identity, bytes(0, 9))).toEqual([0, 255]);
    expect(await drawn(image(2, 8, { '20500020': cs('INVERSE') }), bytes(0, 9))).toEqual([255, 0]);
  });
  test('are windowed as the caller wants, whatever the data set says', async () => {
    const window = { center: 6, width: 2, shape: 'linear' } as const;
    expect(await drawn(image(2, 8, WINDOW(100, 200)), bytes(5, 6), { window })).toEqual([0, 255]);
  });
  test('go through a modality table and a VOI table', async () => {
    const modality = sq({ '00283002': us(3, 10, 8), '00283006': ow([0, 100, 200]) });
    const voi = sq({ '00283002': us(2, 100, 12), '00283006': ow([0, 4095]) });
    const dataSet = image(5, 8, { '00283000': modality, '00283010': voi });
    expect(await drawn(dataSet, bytes(0, 10, 11, 12, 90))).toEqual([0, 0, 0, 255, 255]);
  });
  test('of bits above High Bit are no part of the pixel', async () => {
    const dataSet = image(2, 12, { '00280100': us(16), ...WINDOW(2048, 4096) });
    expect(await drawn(dataSet, words(0x1000, 0x7fff))).toEqual([0, 255]);
  });
  test('below the high bits are shifted down', async () => {
    const dataSet = image(2, 8, { '00280100': us(16), '00280102': us(15), ...WINDOW(128, 256) });
    expect(await drawn(dataSet, words(0x00ff, -256))).toEqual([0, 255]);
  });
  test('of one bit are black and white even in a frame of one value', async () => {
    const dataSet = image(8, 1, { '00280100': us(1) });
    expect(await drawn(dataSet, bytes(0b0000_0101))).toEqual([255, 0, 255, 0, 0, 0, 0, 0]);
    expect(await drawn(dataSet, bytes(255))).toEqual(Array(8).fill(255));
  });
  test('may be 32-bit integers or floats', async () => {
    const wide = image(3, 32, { '00280103': us(1) });
    const integers = new Uint8Array(Int32Array.from([-70_000, 0, 70_000]).buffer);
    expect(await drawn(wide, integers)).toEqual([0, 128, 255]);
    const float = image(3, 32, { '7FE00008': { vr: 'OF' } });
    const numbers = new Uint8Array(Float32Array.from([-0.5, 0.5, Number.NaN]).buffer);
    expect(await drawn(float, numbers)).toEqual([0, 255, 0]);
  });
  test('of enhanced images are those of the frame, before those that all share', async () => {
    const macros = (center: number, slope: number) => ({
      '00289132': sq(WINDOW(center, 2)),
      '00289145': sq(RESCALE(slope, 0)),
    });
    const dataSet = image(2, 8, {
      '52009229': sq({ '00289132': sq(WINDOW(2, 2)) }),
      '52009230': sq({}, macros(20.5, 2)),
    });
    expect(await drawn(dataSet, bytes(1, 2))).toEqual([0, 255]);
    expect(await drawn(dataSet, bytes(9, 11), { frameIndex: 1 })).toEqual([0, 255]);
  });
});

describe('palettes', () => {
  const palette = (red: DicomJson[string], bits = 16) => ({
    '00280004': cs('PALETTE COLOR'),
    ...Object.fromEntries(['1', '2', '3'].map((at) => [`0028110${at}`, us(4, 2, bits)])),
    '00281201': red,
    '00281202': ow([0, 0x100, 0x200, 0x300]),
    '00281203': ow([0xff00, 0, 0, 0]),
  });
  test('colour pixels from their first value on', async () => {
    const dataSet = image(3, 8, palette(ow([0x1000, 0x2000, 0x3000, 0x4000])));
    expect(await drawn(dataSet, bytes(0, 3, 99))).toEqual([16, 0, 255, 32, 1, 0, 64, 3, 0]);
  });
  test('of eight-bit entries may be packed', async () => {
    const packed = { vr: 'OW', InlineBinary: Buffer.from([1, 2, 3, 4]).toString('base64') };
    const dataSet = image(2, 8, palette(packed));
    const [red, , , next] = (await drawn(dataSet, bytes(2, 5))) as number[];
    expect([red, next]).toEqual([1, 4]);
  });
  test('may come in segments', async () => {
    const dataSet = image(4, 8, {
      ...palette(ow([0, 0, 0, 0])),
      '00281221': ow([0, 1, 0x1000, 1, 3, 0x4000]),
    });
    const { '00281201': _, ...segmented } = dataSet;
    const samples = (await drawn(segmented, bytes(2, 3, 4, 5))) as number[];
    expect(samples.filter((_, at) => at % 3 === 0)).toEqual([16, 32, 48, 64]);
  });
  test('that are supplemental colour the upper values only', async () => {
    const { '00280004': _, ...tables } = palette(ow([0x1000, 0, 0, 0x4000]));
    const dataSet = image(3, 8, { ...tables, ...WINDOW(1, 2), '00089205': cs('COLOR') });
    expect(await drawn(dataSet, bytes(0, 1, 2))).toEqual([0, 0, 0, 255, 255, 255, 16, 0, 255]);
  });
});

describe('colour', () => {
  const colour = (photometric: string, more: DicomJson = {}) =>
    image(2, 8, { '00280002': us(3), '00280004': cs(photometric), ...more });
  test('RGB stays, by pixel and by plane', async () => {
    expect(await drawn(colour('RGB'), bytes(1, 2, 3, 4, 5, 6))).toEqual([1, 2, 3, 4, 5, 6]);
    const byPlane = colour('RGB', { '00280006': us(1) });
    expect(await drawn(byPlane, bytes(1, 4, 2, 5, 3, 6))).toEqual([1, 2, 3, 4, 5, 6]);
  });
  test('YBR_FULL becomes RGB', async () =>
    expect(await drawn(colour('YBR_FULL'), bytes(76, 85, 255, 150, 44, 21))).toEqual([
      254, 0, 0, 0, 255, 1,
    ]));
  test('YBR_FULL_422 has one chroma for two pixels', async () =>
    expect(await drawn(colour('YBR_FULL_422'), bytes(76, 255, 128, 128))).toEqual([
      76, 76, 76, 255, 255, 255,
    ]));
  test('of 16 bits is scaled to eight', async () => {
    const deep = colour('RGB', { '00280100': us(16), '00280101': us(12), '00280102': us(11) });
    expect(await drawn(deep, words(0, 2048, 4095, 0, 0, 0))).toEqual([0, 128, 255, 0, 0, 0]);
  });
  test('of four samples is refused', async () => {
    const argb = colour('ARGB', { '00280002': us(4) });
    expect(await drawn(argb, bytes(1, 2, 3, 4, 5, 6, 7, 8))).toBe('unsupported');
  });
});

describe('what makes no sense', () => {
  test('is refused before any memory is taken', async () => {
    const huge = image(65535, 8, { '00280010': us(65535) });
    expect(await drawn(huge, bytes(1))).toBe('too-large');
    const packed = image(65535, 1, { '00280100': us(1), '00280010': us(65535) });
    expect(await drawn(packed, bytes(1))).toBe('too-large');
  });
  test.each<[string, DicomJson]>([
    ['a window of no width', WINDOW(1, 0)],
    ['a window of words', { '00281050': ds('wide'), '00281051': ds('open') }],
    ['a slope of nothing', RESCALE(0, 0)],
    ['a table without data', { '00283010': sq({ '00283002': us(4, 0, 8) }) }],
    ['a table of no depth', { '00283000': sq({ '00283002': us(0), '00283006': ow([1]) }) }],
    ['functional groups that are none', { '52009230': { vr: 'SQ' }, '52009229': us(1) }],
  ])('is passed over: %s', async (_, more) =>
    expect(await drawn(image(2, 8, more), bytes(1, 2))).toEqual([0, 255]),
  );
});
