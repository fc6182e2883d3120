import type { Target } from './locate.js';

/**
 * The address of a study, series or instance, absolute as BulkDataURIs of our metadata are: what Content-Location names
 * (PS3.18 §8.4.2, §8.6.1.2). `root` is the DICOMweb root as the client reaches it; UIDs are checked ones.
 */
export function addressOf(
  root: string,
  { study, series, instance }: Omit<Target, 'hospital'>,
): string {
  const studyUrl = `${root}/studies/${study}`;
  if (series === undefined) return studyUrl;
  const seriesUrl = `${studyUrl}/series/${series}`;
  return instance === undefined ? seriesUrl : `${seriesUrl}/instances/${instance}`;
}

/** What every part of an answer begins with, in this order (PS3.18 §8.6.1.2.1). */
export const partHeaders = (type: string, location: string) =>
  [
    ['Content-Type', type],
    ['Content-Location', location],
  ] as const;
