import { dicomJsonText } from '#dicom/dicom-json';
import { frameIndexOf } from '#dicom/frame-index';
import type { Header } from '#dicom/read-header';
import { BULKDATA_MARKER } from '#dicom/read-inline';
import { littleEndian } from '#dicom/read-value';
import { transferSyntaxOf } from '#dicom/transfer-syntax';
import type { Part10Source } from '#dicom/write-part10';
import { sourceOf } from '../support/judges/ours.js';

type BulkValue = NonNullable<ReturnType<Part10Source['bulk']>>;

const EXPLICIT = '1.2.840.10008.1.2.1';

/** A file as a sender of metadata and bulk data would give it: JSON text, and the values that its BulkDataURIs stand for. */
export function sourceOfFile(header: Header, bytes: Buffer): Part10Source {
  const values = bulkValues(header, sourceOf(header, bytes));
  return {
    dataSet: JSON.parse(dicomJsonText(header.dataSet)),
    transferSyntax: isEncapsulated(header) ? header.transferSyntax : EXPLICIT,
    bulk: (uri) => values.get(uri),
  };
}

export const isEncapsulated = ({ transferSyntax, pixelData }: Header): boolean =>
  transferSyntaxOf(transferSyntax)?.encapsulated === true && pixelData?.fragments !== undefined;

function bulkValues(header: Header, source: Buffer): Map<string, BulkValue> {
  const values = new Map<string, BulkValue>();
  for (const { path, vr, start, length } of header.bulk) {
    const value = source.subarray(start, start + length);
    values.set(BULKDATA_MARKER + path, {
      kind: 'value',
      value: inMemory(littleEndian(vr, value, header.bigEndian)),
    });
  }
  if (isEncapsulated(header)) values.set(`${BULKDATA_MARKER}7FE00010`, framesOf(header, source));
  return values;
}

/** The frames as the frame index tells them apart; where it can't, all fragments are one frame. */
function framesOf(header: Header, source: Buffer): BulkValue {
  const index = frameIndexOf(header);
  const places = header.pixelData?.fragments?.places ?? [];
  const all = places.flatMap((start, at) => (at % 2 === 0 ? [[start, places[at + 1] ?? 0]] : []));
  const frames =
    index.ok && index.frameIndex.kind === 'encapsulated' ? index.frameIndex.frames : [all];
  return {
    kind: 'frames',
    offsets: transferSyntaxOf(header.transferSyntax)?.coding !== 'video',
    frames: frames.map((ranges) =>
      ranges.map(([start = 0, length = 0]) => inMemory(source.subarray(start, start + length))),
    ),
  };
}

export const inMemory = (bytes: Uint8Array) => ({
  bytes: bytes.length,
  open: async function* () {
    yield bytes;
  },
});
