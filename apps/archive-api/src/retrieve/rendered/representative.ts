import { numberIn } from '#dicom/attributes';
import type { DicomJson } from '#dicom/dicom-json';
import type { InstanceView } from '#index/series-view';
import type { LocatedSeries } from '../locate.js';
import { contentOf } from './rendered-content.js';

/** The frame, from 0, that stands for an instance: the one that it names itself (PS3.3 §C.7.6.6), else the middle one. */
export function representativeFrame(dataSet: DicomJson, count: number): number {
  const number = numberIn(dataSet, '00286010');
  const isFrame = Number.isInteger(number) && number !== undefined && number >= 1;
  return isFrame && number <= count ? number - 1 : Math.floor(count / 2);
}

const SEGMENTATIONS = '1.2.840.10008.5.1.4.1.1.66.';

/** The instance that stands for series: the middle picture of the first series that has any, segmentations last; undefined without pictures. */
export function representativeInstance(
  found: readonly LocatedSeries[],
): Readonly<{ series: LocatedSeries; instance: InstanceView }> | undefined {
  const candidates = found.flatMap((series) => {
    const shown = series.instances.filter((each) => contentOf(each).kind === 'frames');
    const instance = shown[Math.floor(shown.length / 2)];
    return instance === undefined ? [] : [{ series, instance }];
  });
  const isImage = ({ instance }: { instance: InstanceView }) =>
    !instance.sopClass.startsWith(SEGMENTATIONS);
  return candidates.find(isImage) ?? candidates[0];
}
