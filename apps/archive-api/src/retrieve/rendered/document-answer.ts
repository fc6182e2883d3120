import { numberIn } from '#dicom/attributes';
import { reportOf } from '#dicom/report';
import { reportHtml } from '#dicom/report-html';
import { reportText } from '#dicom/report-text';
import { multipartContentType, multipartLength, writeMultipart } from '#dicomweb/multipart-writer';
import type { Offer } from '#dicomweb/negotiate';
import type { Answer } from '../../answer.js';
import { notFound, ProblemException } from '../../problem.js';
import { frameSource } from '../frame-source.js';
import { entityTag, isUnchanged, unchanged, validatorHeaders } from '../validator.js';
import { type OpenedInstance, openValue } from './bulk-value.js';
import { boundaryOf, digestOf, safetyHeaders } from './part-answer.js';
import type { RenderPorts } from './render-ports.js';
import { ENCAPSULATED_DOCUMENT, type RenderedContent } from './rendered-content.js';

export const HTML = 'text/html';
export const PLAIN = 'text/plain';

/** Part of the entity tag: a new way of writing reports gets a new number. */
const REPORT_VERSION = 1;

/** Media types in which what isn't a picture can be had; none when it can't. */
export function documentTypes(content: RenderedContent): readonly string[] {
  if (content.kind === 'report') return [HTML, PLAIN];
  return content.kind === 'document' || content.kind === 'video' ? [content.mediaType] : [];
}

type Choice = Readonly<{ offer: Offer; ifNoneMatch: string | undefined }>;

/** A report as text, an encapsulated document or a video as it is stored. */
export async function documentAnswer(
  ports: RenderPorts,
  opened: OpenedInstance,
  { offer, ifNoneMatch }: Choice,
): Promise<Answer> {
  const { mediaType, multipart } = offer;
  const name = `${REPORT_VERSION}/${opened.located.instance.sha256}/${mediaType}/${multipart}`;
  const tag = entityTag(digestOf('document', name));
  if (isUnchanged(ifNoneMatch, tag)) return unchanged(tag);
  const { bytes, body } = await openDocument(ports, opened, mediaType);
  const type = documentContentType(mediaType);
  const headers = { ...validatorHeaders(tag), ...safetyHeaders(mediaType) };
  if (!multipart)
    return {
      status: 200,
      headers: { ...headers, 'content-type': type, 'content-length': bytes },
      body,
    };
  const part = { headers: [['Content-Type', type]] } as const;
  const boundary = boundaryOf(name);
  return {
    status: 200,
    headers: {
      ...headers,
      'content-type': multipartContentType(mediaType, boundary),
      'content-length': multipartLength([{ ...part, bytes }], boundary),
    },
    body: writeMultipart([{ ...part, body }], boundary),
  };
}

/** With the character set, where there is one. */
export const documentContentType = (mediaType: string): string =>
  mediaType === HTML || mediaType === PLAIN ? `${mediaType}; charset=utf-8` : mediaType;

type Opened = Readonly<{ bytes: number; body: Buffer | AsyncIterable<Buffer> }>;

/** The document and its length in bytes. */
export async function openDocument(
  ports: RenderPorts,
  opened: OpenedInstance,
  mediaType: string,
): Promise<Opened> {
  if (mediaType === HTML || mediaType === PLAIN) {
    const report = reportOf(opened.dataSet);
    const body = Buffer.from(mediaType === HTML ? reportHtml(report) : reportText(report));
    return { bytes: body.length, body };
  }
  return mediaType.startsWith('video/')
    ? openVideo(ports, opened)
    : openEncapsulated(ports, opened);
}

/** All of a video is one frame. */
async function openVideo(ports: RenderPorts, { located }: OpenedInstance): Promise<Opened> {
  const source = await frameSource(ports, located);
  const frame = source?.frame(0);
  if (frame === undefined) throw new ProblemException(notFound('The instance has no frames.'));
  return { bytes: frame.bytes, body: await frame.open() };
}

async function openEncapsulated(ports: RenderPorts, opened: OpenedInstance): Promise<Opened> {
  const { dataSet, header } = opened;
  const inline = dataSet[ENCAPSULATED_DOCUMENT]?.InlineBinary;
  if (inline !== undefined) {
    const stored = Buffer.from(inline, 'base64');
    const body = stored.subarray(0, statedLength(opened, stored.length));
    return { bytes: body.length, body };
  }
  const entry = header.bulk.find(({ path }) => path === ENCAPSULATED_DOCUMENT);
  if (entry === undefined) throw new ProblemException(notFound('The document is empty.'));
  const bytes = statedLength(opened, entry.length);
  return { bytes, body: await openValue(ports, opened, { ...entry, length: bytes }) };
}

/** Without the padding to an even length, where the data set tells (PS3.3 §C.24.2). */
function statedLength({ dataSet }: OpenedInstance, stored: number): number {
  const stated = numberIn(dataSet, '00420015');
  return stated === stored - 1 ? stated : stored;
}
