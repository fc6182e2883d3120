import type { IncomingHttpHeaders } from 'node:http';
import { parseMediaType } from '#dicomweb/media-type';
import { malformedBody, type Problem, unsupportedMediaType } from '../problem.js';

/** What the head of a Store request says of its body (PS3.18 §10.5.1). */
export type StoreHead = Readonly<
  { ok: true; boundary: string; respondAsync: boolean } | { ok: false; problem: Problem }
>;

export function readStoreHead(headers: IncomingHttpHeaders): StoreHead {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return refused(unsupportedMediaType('A content coding is not taken.'));
  const parsed = parseMediaType(headers['content-type'] ?? '');
  if (!parsed.ok) return refused(unsupportedMediaType());
  const { type, subtype, parameters } = parsed.mediaType;
  if (type !== 'multipart' || subtype !== 'related')
    return refused(unsupportedMediaType('Only multipart/related is taken.'));
  if ((parameters.get('type') ?? 'application/dicom').toLowerCase() !== 'application/dicom')
    return refused(unsupportedMediaType('Only parts of type application/dicom are taken.'));
  const boundary = parameters.get('boundary');
  if (boundary === undefined) return refused(malformedBody('The Content-Type names no boundary.'));
  return { ok: true, boundary, respondAsync: prefersAsync(headers['prefer']) };
}

/** RFC 7240 §4.1; preferences that are not known are passed over. */
const prefersAsync = (prefer: string | string[] | undefined): boolean =>
  [prefer ?? []]
    .flat()
    .join(',')
    .split(',')
    .some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async');

const refused = (problem: Problem) => ({ ok: false, problem }) as const;
