import type { Answer } from '../answer.js';
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

const WITH_RESOURCE = new Set([200, 206, 304]);

/**
 * An answer that carries a resource, or says that the client has it, names the resource (PS3.18 §8.4.3, RFC 9110 §15.4.5): a picture
 * the resource that it was drawn from (§8.6.1.2). What already names one, or is a problem, stays as it is.
 */
export const locatedAt = (answer: Answer, address: string): Answer =>
  WITH_RESOURCE.has(answer.status)
    ? { ...answer, headers: { 'content-location': address, ...answer.headers } }
    : answer;
