import type { DicomJson } from '../dicom-json.js';
import { EXPLICIT_LITTLE_ENDIAN, readElementHeader, UNDEFINED_LENGTH } from '../element.js';
import { Tag } from '../tag.js';
import type { Vr } from '../vr.js';
import { type Output, writeHeader, writeValue } from './output.js';

const PREAMBLE_BYTES = 132;
const ELEMENTS_MAX = 1000;
const META_BYTES_MAX = 1024;
/** A UID has at most 64 characters; of a text that is none no more goes into the file meta. */
const UID_CHARACTERS_MAX = 64;
const VERSION = Uint8Array.of(0, 1);

/** Names this software where a file came without file meta information of its own (PS3.10 §7.1). */
const IMPLEMENTATION_CLASS_UID = '2.25.178219347120664297391824050017326609347';

/** What the file said of itself. */
type Known = Readonly<{ hasPreamble: boolean; dataSet: DicomJson }>;

/**
 * Preamble, prefix and file meta information (PS3.10 §7.1) for the data set in `transferSyntax`: `read` is what stood before
 * the data set; all its elements are kept but the group length and the transfer syntax, which are made anew.
 */
export function rewriteFileMeta(
  read: Buffer,
  { hasPreamble, dataSet }: Known,
  transferSyntax: string,
): Buffer {
  const elements: Output = { buffer: Buffer.alloc(read.length * 2 + 1024), length: 0 };
  const kept = keepElements(
    elements,
    hasPreamble ? read.subarray(PREAMBLE_BYTES) : read,
    transferSyntax,
  );
  if (!kept) writeMinimum(elements, dataSet, transferSyntax);
  const preamble = Buffer.alloc(PREAMBLE_BYTES);
  if (hasPreamble) read.copy(preamble, 0, 0, PREAMBLE_BYTES);
  return withPreamble(preamble, elements);
}

/** Preamble, prefix and the file meta information (PS3.10 §7.1) of a data set that comes without any. */
export function newFileMeta(dataSet: DicomJson, transferSyntax: string): Buffer {
  const elements: Output = { buffer: Buffer.alloc(META_BYTES_MAX), length: 0 };
  writeMinimum(elements, dataSet, transferSyntax);
  return withPreamble(Buffer.alloc(PREAMBLE_BYTES), elements);
}

function withPreamble(preamble: Buffer, elements: Output): Buffer {
  preamble.write('DICM', PREAMBLE_BYTES - 4, 'latin1');
  const groupLength: Output = { buffer: Buffer.alloc(16), length: 0 };
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  write(groupLength, Tag.FileMetaInformationGroupLength, 'UL', length);
  const group = elements.buffer.subarray(0, elements.length);
  return Buffer.concat([preamble, groupLength.buffer.subarray(0, groupLength.length), group]);
}

/** Copies the elements in their order, with the new transfer syntax in its place; false when there was none to replace. */
function keepElements(output: Output, read: Buffer, transferSyntax: string): boolean {
  let hasSyntax = false;
  for (const { tag, vr, value } of elementsOf(read)) {
    if (tag === Tag.TransferSyntaxUID) {
      writeText(output, tag, transferSyntax);
      hasSyntax = true;
    } else if (tag !== Tag.FileMetaInformationGroupLength) write(output, tag, vr, value);
  }
  return hasSyntax;
}

type MetaElement = Readonly<{ tag: number; vr: Vr; value: Buffer }>;

function* elementsOf(read: Buffer): Generator<MetaElement> {
  const view = new DataView(read.buffer, read.byteOffset, read.byteLength);
  let at = 0;
  for (let count = 0; count < ELEMENTS_MAX; count++) {
    const header = readElementHeader(view, at, EXPLICIT_LITTLE_ENDIAN);
    if (header === undefined || header.length === UNDEFINED_LENGTH) return;
    const { tag, bytes, length } = header;
    const vr = header.vr === 'US or SS' ? 'US' : header.vr;
    yield { tag, vr, value: read.subarray(at + bytes, at + bytes + length) };
    at += bytes + length;
  }
}

function writeMinimum(output: Output, dataSet: DicomJson, transferSyntax: string): void {
  output.length = 0;
  write(output, 0x00020001, 'OB', VERSION);
  writeText(output, Tag.MediaStorageSOPClassUID, textOf(dataSet, '00080016'));
  writeText(output, Tag.MediaStorageSOPInstanceUID, textOf(dataSet, '00080018'));
  writeText(output, Tag.TransferSyntaxUID, transferSyntax);
  writeText(output, 0x00020012, IMPLEMENTATION_CLASS_UID);
}

function textOf(dataSet: DicomJson, tag: string): string {
  const value = dataSet[tag]?.Value?.[0];
  return typeof value === 'string' ? value.slice(0, UID_CHARACTERS_MAX) : '';
}

function writeText(output: Output, tag: number, text: string): void {
  write(output, tag, 'UI', Buffer.from(text, 'latin1'));
}

function write(output: Output, tag: number, vr: Vr, value: Uint8Array): void {
  writeHeader(output, tag, vr, value.length + (value.length % 2));
  writeValue(output, vr, value, 1);
}
