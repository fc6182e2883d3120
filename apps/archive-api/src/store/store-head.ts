import type { IncomingHttpHeaders } from 'node:http';
import { parseMediaType } from '#dicomweb/media-type';
import { malformedBody, type Problem, unsupportedMediaType } from '../problem.js';

/** What the parts of a request are: files, or metadata in this format with bulk data. */
export type StoreRoot = 'application/dicom' | 'application/dicom+json' | 'application/dicom+xml';

/** What the head of a Store request says of its body (PS3.18 §10.5.1); `bytesExpected` is undefined for a body of chunks. */
export type StoreHead = Readonly<
  | {
      ok: true;
      boundary: string;
      root: StoreRoot;
      respondAsync: boolean;
      bytesExpected: number | undefined;
    }
  | { ok: false; problem: Problem }
>;

export function readStoreHead(headers: IncomingHttpHeaders): StoreHead {
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    return refused(unsupportedMediaType('A content coding is not taken.'));
  const parsed = parseMediaType(headers['content-type'] ?? '');
  if (!parsed.ok) return refused(unsupportedMediaType());
  const { type, subtype, parameters } = parsed.mediaType;
  if (type !== 'multipart' || subtype !== 'related')
    return refused(unsupportedMediaType('Only multipart/related is taken.'));
  const root = rootOf((parameters.get('type') ?? 'application/dicom').toLowerCase());
  if (root === undefined) return refused(unsupportedMediaType('Parts of this type are not taken.'));
  const boundary = parameters.get('boundary');
  if (boundary === undefined) return refused(malformedBody('The Content-Type names no boundary.'));
  const respondAsync = prefersAsync(headers['prefer']);
  const bytesExpected = lengthOf(headers['content-length']);
  return { ok: true, boundary, root, respondAsync, bytesExpected };
}

/** PS3.18 Table 10.5.4-1. Where the root is bulk data, metadata says of itself what it is. */
function rootOf(type: string): StoreRoot | undefined {
  switch (type) {
    case 'application/dicom':
    case 'application/dicom+json':
    case 'application/dicom+xml':
      return type;
    default:
      return BULK.test(type) ? 'application/dicom+json' : undefined;
  }
}

const BULK = /^(application\/octet-stream|(image|video)\/[\w.+-]+)$/;

/** RFC 7240 §4.1; preferences that are not known are passed over. */
const prefersAsync = (prefer: string | string[] | undefined): boolean =>
  [prefer ?? []]
    .flat()
    .join(',')
    .split(',')
    .some((preference) => preference.split(';')[0]?.trim().toLowerCase() === 'respond-async');

/** What a Content-Length says, in bytes. */
export const lengthOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

const refused = (problem: Problem) => ({ ok: false, problem }) as const;
