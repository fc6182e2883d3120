import type { DicomJson } from '#dicom/dicom-json';
import { transferSyntaxOf } from '#dicom/transfer-syntax';
import type { InstanceView } from '#index/series-view';

/** What an instance shows (PS3.18 §8.7.2); `nothing`: there is no rendered form of it. */
export type RenderedContent =
  | Readonly<{ kind: 'frames' }>
  | Readonly<{ kind: 'video'; mediaType: string }>
  | Readonly<{ kind: 'report' }>
  | Readonly<{ kind: 'document'; mediaType: string }>
  | Readonly<{ kind: 'nothing' }>;

const REPORTS = '1.2.840.10008.5.1.4.1.1.88.';
const DOCUMENTS: ReadonlyMap<string, string> = new Map([
  ['1.2.840.10008.5.1.4.1.1.104.1', 'application/pdf'],
  ['1.2.840.10008.5.1.4.1.1.104.2', 'text/xml'],
  ['1.2.840.10008.5.1.4.1.1.104.3', 'model/stl'],
  ['1.2.840.10008.5.1.4.1.1.104.4', 'model/obj'],
  ['1.2.840.10008.5.1.4.1.1.104.5', 'model/mtl'],
]);
const OCTETS = 'application/octet-stream';
export const ENCAPSULATED_DOCUMENT = '00420011';

/** As far as the index tells. */
export function contentOf({ frameIndex, transferSyntax, sopClass }: InstanceView): RenderedContent {
  if (frameIndex !== null) {
    const syntax = transferSyntaxOf(transferSyntax);
    return syntax?.coding === 'video'
      ? { kind: 'video', mediaType: syntax.mediaType }
      : { kind: 'frames' };
  }
  if (sopClass.startsWith(REPORTS)) return { kind: 'report' };
  const mediaType = DOCUMENTS.get(sopClass);
  return mediaType === undefined ? { kind: 'nothing' } : { kind: 'document', mediaType };
}

/** The same with the data set at hand, which may tell of a document in an object of a class that we don't know. */
export function contentWithin(instance: InstanceView, dataSet: DicomJson): RenderedContent {
  const content = contentOf(instance);
  const isDocument = dataSet[ENCAPSULATED_DOCUMENT] !== undefined;
  if (content.kind === 'document' && !isDocument) return { kind: 'nothing' };
  if (content.kind !== 'nothing') return content;
  if (isDocument) return { kind: 'document', mediaType: statedType(dataSet) };
  return dataSet['0040A730'] === undefined ? content : { kind: 'report' };
}

/** Only types that we know how to serve safely; all others are octets. */
function statedType(dataSet: DicomJson): string {
  const stated = String(dataSet['00420012']?.Value?.[0] ?? '').toLowerCase();
  return [...DOCUMENTS.values()].find((mediaType) => mediaType === stated) ?? OCTETS;
}
