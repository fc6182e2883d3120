import { numberIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';

const DEFAULT_DELAY_MS = 100;
const DELAY_MS_MIN = 20;
const DELAY_MS_MAX = 10_000;

/** How long each frame, counted from 0, is shown: by the Frame Time Vector, the Frame Time or the rate that is recommended (PS3.3 §C.7.6.5). */
export function frameDelaysMs(dataSet: DicomJson, frameIndexes: readonly number[]): number[] {
  const usual = usualDelayMs(dataSet);
  return frameIndexes.map((frameIndex) =>
    bounded(numberIn(dataSet, '00181065', frameIndex + 1) || usual),
  );
}

function usualDelayMs(dataSet: DicomJson): number {
  const rate = numberIn(dataSet, '00180040') || numberIn(dataSet, '00082144');
  return numberIn(dataSet, '00181063') || (rate ? 1000 / rate : DEFAULT_DELAY_MS);
}

const bounded = (ms: number): number =>
  Math.round(Math.min(Math.max(ms, DELAY_MS_MIN), DELAY_MS_MAX));
