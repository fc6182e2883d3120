import type { DicomJson } from '../dicom-json.js';
import {
  ELEMENT_HEADER_BYTES_MAX,
  type ElementHeader,
  type Encoding,
  EXPLICIT_LITTLE_ENDIAN,
  readElementHeader,
} from '../element.js';
import { ReadStopped } from '../read-error.js';
import { readInline } from '../read-inline.js';
import { count, note, type Reading } from '../reading.js';
import { Tag } from '../tag.js';
import { type TransferSyntax, TransferSyntaxUid, transferSyntaxOf } from '../transfer-syntax.js';
import { holds, type Need } from '../window.js';
import { guessBareEncoding, guessEncoding } from './guess-encoding.js';
import { readElement } from './read-data-set.js';
import { place, rootScope, type Scope } from './scope.js';

/** What stands in front of the data set; `reading.at` is then the data set's offset. */
export type FileMeta = Readonly<{
  hasPreamble: boolean;
  fileMeta: DicomJson;
  transferSyntax: string;
  encoding: Encoding;
  deflated: boolean;
}>;

const PREAMBLE_BYTES = 128;
const PREFIX_BYTES = 4;
const PROBE_BYTES = 4096;

/** Reads preamble, prefix and file meta information (PS3.10 §7.1), each of which may be missing. */
export function* readFileMeta(reading: Reading): Generator<Need, FileMeta> {
  const { window } = reading;
  if (window.length === 0) throw new ReadStopped('empty', 0);
  if (!holds(window, 0, PROBE_BYTES)) yield { at: 0, bytes: PROBE_BYTES };
  const prefix = window.bytes.subarray(PREAMBLE_BYTES, PREAMBLE_BYTES + PREFIX_BYTES);
  const hasPreamble = prefix.toString('latin1') === 'DICM';
  if (hasPreamble) reading.at = PREAMBLE_BYTES + PREFIX_BYTES;
  else note(reading, 'no-preamble');
  const fileMeta = yield* readGroup2(reading);
  if (!holds(window, reading.at, PROBE_BYTES)) yield { at: reading.at, bytes: PROBE_BYTES };
  const uid = fileMeta['00020010']?.Value?.[0];
  return typeof uid === 'string'
    ? { hasPreamble, fileMeta, ...declaredBy(reading, uid) }
    : { hasPreamble, fileMeta, ...foundAt(reading, hasPreamble) };
}

function* readGroup2(reading: Reading): Generator<Need, DicomJson> {
  const scope = rootScope(EXPLICIT_LITTLE_ENDIAN);
  let declaredEnd: number | undefined;
  for (;;) {
    if (!holds(reading.window, reading.at, ELEMENT_HEADER_BYTES_MAX))
      yield { at: reading.at, bytes: ELEMENT_HEADER_BYTES_MAX };
    const header = nextOfGroup2(reading, scope, declaredEnd);
    if (header === undefined) break;
    count(reading, header.tag);
    reading.at += header.bytes;
    const element =
      readInline(reading, scope, header) ?? (yield* readElement(reading, scope, header));
    if (header.tag === Tag.FileMetaInformationGroupLength)
      declaredEnd = reading.at + Number(element.Value?.[0]);
    place(reading, scope, header, element);
  }
  if (Object.keys(scope.dataSet).length > 0 && declaredEnd !== reading.at)
    note(reading, 'meta-group-length');
  return scope.dataSet;
}

/** The group number tells where the group ends, better than the group length, which files have wrong. */
const nextOfGroup2 = (
  reading: Reading,
  scope: Scope,
  declaredEnd: number | undefined,
): ElementHeader | undefined => {
  const { window, at } = reading;
  const header = readElementHeader(window.view, at - window.start, scope.encoding);
  if (header === undefined || header.tag >>> 16 !== 0x0002) return undefined;
  return at === declaredEnd && isDeflated(scope.dataSet) ? undefined : header;
};

/** A deflated data set can begin with any bytes, even with those of another element of group 0002. */
const isDeflated = (fileMeta: DicomJson): boolean =>
  transferSyntaxOf(String(fileMeta['00020010']?.Value?.[0]))?.deflated === true;

type Syntax = Pick<FileMeta, 'transferSyntax' | 'encoding' | 'deflated'>;

/** Files exist whose data set isn't written as their file meta information says; the bytes decide. */
const declaredBy = (reading: Reading, uid: string): Syntax => {
  const syntax: TransferSyntax | undefined = transferSyntaxOf(uid);
  if (syntax === undefined) note(reading, 'transfer-syntax-unknown', Tag.TransferSyntaxUID);
  const encoding = syntax?.encoding ?? EXPLICIT_LITTLE_ENDIAN;
  if (syntax?.deflated === true) return { transferSyntax: uid, encoding, deflated: true };
  const { window } = reading;
  const found = guessEncoding(window.view, reading.at - window.start, encoding) ?? encoding;
  if (found !== encoding) note(reading, 'transfer-syntax-guessed', Tag.TransferSyntaxUID);
  return { transferSyntax: uid, encoding: found, deflated: false };
};

const foundAt = (reading: Reading, hasPreamble: boolean): Syntax => {
  const { window } = reading;
  const at = reading.at - window.start;
  const found = hasPreamble ? guessEncoding(window.view, at) : guessBareEncoding(window.view, at);
  if (found === undefined)
    throw new ReadStopped(hasPreamble ? 'no-transfer-syntax' : 'not-dicom', reading.at);
  note(reading, 'no-transfer-syntax');
  return { transferSyntax: uidOf(found), encoding: found, deflated: false };
};

const uidOf = ({ explicit, bigEndian }: Encoding): string => {
  if (!explicit) return TransferSyntaxUid.ImplicitVRLittleEndian;
  return bigEndian
    ? TransferSyntaxUid.ExplicitVRBigEndian
    : TransferSyntaxUid.ExplicitVRLittleEndian;
};
