import { TransferSyntaxUid } from '#dicom/transfer-syntax';
import { isUid } from '#dicom/uid';
import { parseMediaType } from '#dicomweb/media-type';
import { parseUriRendering, type Rendering, type RenderingQuery } from '#dicomweb/rendering-query';
import { badRequest, ProblemException } from '../../problem.js';
import { renderingOf } from './rendering-of.js';

const DICOM = 'application/dicom';

type InstancePath = Readonly<{ study: string; series: string; instance: string }>;

type FileRequest = Readonly<{ kind: 'file'; path: InstancePath; accept: string }>;

/** What is asked of the URI Service. `file`: to be given when there is no rendered form, for who named no media type. */
export type UriRequest =
  | FileRequest
  | Readonly<{
      kind: 'rendered';
      path: InstancePath;
      accept: string;
      rendering: Rendering;
      /** A frame list of one. */
      frame: string | undefined;
      file: FileRequest | undefined;
    }>;

/** Reads the query of the URI Service (PS3.18 §9.1.2, §9.4.1, §9.5.1); `accept` is the header field. */
export function readUri(query: RenderingQuery, accept: string | undefined): UriRequest {
  if (query['requestType'] !== 'WADO') refuse('requestType is not WADO.');
  const path = pathOf(query);
  const types = contentTypes(query);
  const file: FileRequest = { kind: 'file', path, accept: fileType(query) };
  const wanted = types ?? accept ?? '*/*';
  if (namesDicom(wanted)) {
    if (query['windowCenter'] !== undefined || query['windowWidth'] !== undefined)
      refuse('A window does not go with application/dicom.');
    return file;
  }
  const isOpen = types === undefined && wanted.includes('*/*');
  return {
    kind: 'rendered',
    path,
    accept: wanted,
    rendering: renderingOf(query, parseUriRendering),
    frame: frameOf(query['frameNumber']),
    file: isOpen ? file : undefined,
  };
}

function refuse(detail: string): never {
  throw new ProblemException(badRequest(detail));
}

function pathOf({ studyUID, seriesUID, objectUID }: RenderingQuery): InstancePath {
  const [study, series, instance] = [studyUID, seriesUID, objectUID].map((uid) =>
    typeof uid === 'string' && isUid(uid) ? uid : undefined,
  );
  if (study === undefined || series === undefined || instance === undefined)
    return refuse('studyUID, seriesUID and objectUID must be UIDs.');
  return { study, series, instance };
}

/** PS3.18 §9.1.2.2.1 forbids parameters of the media types. */
function contentTypes({ contentType }: RenderingQuery): string | undefined {
  if (contentType === undefined) return undefined;
  const text = typeof contentType === 'string' ? contentType : contentType.join(',');
  for (const one of text.split(',')) {
    const parsed = parseMediaType(one);
    if (!parsed.ok) refuse('contentType: it is no list of media types.');
    else if (parsed.mediaType.parameters.has('transfer-syntax'))
      refuse('contentType: the transfer syntax is asked for by transferSyntax.');
  }
  return text;
}

const namesDicom = (types: string): boolean =>
  types.split(',').some((type) => type.split(';')[0]?.trim().toLowerCase() === DICOM);

const WEIGHT_STEP = 0.01;

/** The list of PS3.18 §8.7.3.5, the first being liked best; `*` is whatever there is. It may be given once (§9.4.2.4). */
function fileType({ transferSyntax = TransferSyntaxUid.ExplicitVRLittleEndian }: RenderingQuery) {
  if (typeof transferSyntax !== 'string') return refuse('transferSyntax: it was given twice.');
  const syntaxes = transferSyntax.split(',').map((syntax) => syntax.trim());
  if (!syntaxes.every((syntax) => syntax === '*' || isUid(syntax)))
    return refuse('transferSyntax: it is no UID.');
  return syntaxes
    .map((syntax, at) => [syntax, Math.max(WEIGHT_STEP, 1 - at * WEIGHT_STEP).toFixed(2)])
    .map(([syntax, weight]) => `${DICOM}; transfer-syntax=${syntax}; q=${weight}`)
    .join(', ');
}

/** PS3.18 §9.5.1.2.1. */
function frameOf(text: RenderingQuery[string]): string | undefined {
  if (text === undefined) return undefined;
  if (typeof text === 'string' && /^[1-9]\d{0,8}$/.test(text)) return text;
  return refuse('frameNumber: it has to be a whole number from 1.');
}
