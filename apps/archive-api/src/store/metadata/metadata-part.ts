import { parseMediaType } from '#dicomweb/media-type';
import { READ_XML_BOUNDS, readDicomXml } from '#dicomweb/read-dicom-xml';
import { bodyTooLarge, malformedBody, overloaded, ProblemException } from '../../problem.js';
import type { BudgetShare } from './byte-budget.js';

export type MetadataFormat = 'json' | 'xml';

const OVERLOADED_RETRY_SECONDS = 5;
const FORMATS: Readonly<Record<string, MetadataFormat>> = {
  'application/dicom+json': 'json',
  'application/json': 'json',
  'application/dicom+xml': 'xml',
};
const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const OTHER_ENCODING = /^\s*<\?xml[^>]{0,200}encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])/i;

/** The format of a part by its Content-Type; undefined for what is no metadata. */
export function metadataFormatOf(contentType: string | undefined): MetadataFormat | undefined {
  const parsed = contentType === undefined ? undefined : parseMediaType(contentType);
  if (parsed?.ok !== true) return undefined;
  return FORMATS[`${parsed.mediaType.type}/${parsed.mediaType.subtype}`];
}

/** The metadata that one request has brought so far. */
export type MetadataRead = {
  bytes: number;
  readonly bytesMax: number;
  readonly share: BudgetShare;
};

/** The data sets of a part (PS3.18 §10.5.1.4: a list of JSON objects, or one XML document). Throws ProblemException. */
export async function readMetadataPart(
  body: AsyncIterable<Buffer>,
  format: MetadataFormat,
  read: MetadataRead,
): Promise<readonly unknown[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of body) {
    read.bytes += chunk.length;
    if (read.bytes > read.bytesMax)
      throw new ProblemException(bodyTooLarge('The metadata is longer than the limit.'));
    if (!read.share.take(chunk.length))
      throw new ProblemException(overloaded(OVERLOADED_RETRY_SECONDS));
    chunks.push(chunk);
  }
  const text = decoded(Buffer.concat(chunks));
  return format === 'json' ? dataSetsOfJson(text) : [dataSetOfXml(text)];
}

function decoded(bytes: Buffer): string {
  try {
    return UTF_8.decode(bytes);
  } catch (error) {
    throw malformed('metadata-encoding', error);
  }
}

function dataSetsOfJson(text: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch (error) {
    throw malformed('metadata-json', error);
  }
}

function dataSetOfXml(text: string): unknown {
  if (OTHER_ENCODING.test(text)) throw malformed('metadata-encoding');
  const read = readDicomXml(text, READ_XML_BOUNDS);
  if (!read.ok) throw malformed(`metadata-xml ${read.reason}`);
  return read.dataSet;
}

function malformed(code: string, cause?: unknown): ProblemException {
  const problem = new ProblemException(malformedBody(`${code}.`));
  problem.cause = cause;
  return problem;
}
