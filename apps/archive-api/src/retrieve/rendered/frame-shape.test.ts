import { expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { frameShape, pixelHeightOf } from './frame-shape.js';

const SIZE = { rows: 100, columns: 200 };
const viewport = (width: number, height: number) => ({ viewport: { width, height } });

test('without viewport the matrix stays as it is, whatever its pixels are', () =>
  expect(frameShape(SIZE, {}, 2)).toMatchObject({ width: 200, height: 100 }));
test.each([
  [50, 50, 1, 50, 25],
  [400, 50, 1, 100, 50],
  [1000, 1000, 1, 1000, 500],
  [100, 100, 2, 100, 100],
  [1, 1, 1, 1, 1],
])('a viewport of %i × %i is filled without distortion', (width, height, pixel, ...expected) => {
  const shape = frameShape(SIZE, viewport(width, height), pixel);
  expect([shape?.width, shape?.height]).toEqual(expected);
});
test('a region beyond the edge is cut there, one outside is none', () => {
  const region = (left: number, top: number) => ({
    viewport: {
      width: 10,
      height: 10,
      region: {
        left,
        top,
        width: 500,
        height: undefined,
        isFlippedHorizontally: true,
        isFlippedVertically: false,
      },
    },
  });
  expect(frameShape(SIZE, region(150, 10), 1)).toMatchObject({
    cut: { left: 150, top: 10, width: 50, height: 90 },
    isFlippedHorizontally: true,
  });
  expect(frameShape(SIZE, region(200, 0), 1)).toBeUndefined();
  expect(frameShape(SIZE, region(0, 100), 1)).toBeUndefined();
});
test('shares of the image are cut out in whole pixels', () =>
  expect(frameShape(SIZE, { share: { left: 0.5, top: 0.25, right: 1, bottom: 0.5 } }, 1)).toEqual({
    cut: { left: 100, top: 25, width: 100, height: 25 },
    width: 100,
    height: 25,
    isFlippedHorizontally: false,
    isFlippedVertically: false,
  }));

const pair = (vr: string, ...Value: number[]) => ({ vr, Value });
test.each<[string, DicomJson, number]>([
  ['the Pixel Aspect Ratio', { '00280034': pair('IS', 4, 3) }, 4 / 3],
  ['the Pixel Spacing', { '00280030': pair('DS', 1, 0.5) }, 2],
  ['nothing', {}, 1],
  ['a spacing of nothing', { '00280030': pair('DS', 1, 0) }, 1],
  ['an absurd spacing', { '00280030': pair('DS', 1, 1e-9) }, 1],
  [
    'the Pixel Measures that all frames share',
    {
      '52009229': {
        vr: 'SQ',
        Value: [{ '00289110': { vr: 'SQ', Value: [{ '00280030': pair('DS', 3, 1) }] } }],
      },
    },
    3,
  ],
])('a pixel is as high as %s says', (_, dataSet, height) =>
  expect(pixelHeightOf(dataSet, 0)).toBeCloseTo(height),
);
