import type { DicomJson } from './dicom-json.js';
import { encodeDataSet, encodeHead, encodeItem } from './dicomdir/encode-element.js';
import { keysOf } from './dicomdir/record-keys.js';
import { recordTypeOf } from './dicomdir/record-type.js';
import { newFileMeta } from './transcode/file-meta.js';
import { TransferSyntaxUid } from './transfer-syntax.js';

/** A file of a file-set: `fileId` the components of its path (PS3.10 §8.2), `transferSyntax` the one it lies there in. */
export type DirectoryFile = Readonly<{
  fileId: readonly string[];
  sopClass: string;
  instance: string;
  transferSyntax: string;
  header: DicomJson;
}>;

/** Takes the files one by one, those of a series after each other, and keeps of each its record alone; `file` gives the DICOMDIR. */
export type Directory = Readonly<{
  add: (file: DirectoryFile) => void;
  /** `fileSetUid` names the file-set. */
  file: (fileSetUid: string) => Buffer;
}>;

type Entity = { readonly record: Buffer; readonly lower: Map<string, Entity> };

const MEDIA_STORAGE_DIRECTORY = '1.2.840.10008.1.3.10';
const UTF_8 = 'ISO_IR 192';
const IN_USE = 0xffff;
/** Components of a path in a file-set (PS3.10 §8.2). */
const COMPONENT = /^[A-Z0-9_]{1,8}$/;

/** A Basic Directory (PS3.3 Annex F): patients, their studies, series and instances. */
export function directory(): Directory {
  const patients = new Map<string, Entity>();
  return {
    add: ({ header, ...file }) => {
      const above = [
        ['PATIENT', PATIENT_ID],
        ['STUDY', STUDY_UID],
        ['SERIES', SERIES_UID],
      ] as const;
      let level = patients;
      for (const [type, tag] of above)
        level = entityIn(level, String(header[tag]?.Value?.[0] ?? ''), () =>
          recordOf(type, header),
        ).lower;
      entityIn(level, file.instance, () => leafOf(file, header));
    },
    file: (fileSetUid) => directoryFile(patients, fileSetUid),
  };
}

const PATIENT_ID = '00100020';
const STUDY_UID = '0020000D';
const SERIES_UID = '0020000E';

function entityIn(level: Map<string, Entity>, key: string, make: () => Buffer): Entity {
  const known = level.get(key) ?? { record: make(), lower: new Map<string, Entity>() };
  level.set(key, known);
  return known;
}

const recordOf = (type: string, header: DicomJson, more: DicomJson = {}): Buffer =>
  encodeItem(
    encodeDataSet({
      [NEXT]: { vr: 'UL', Value: [0] },
      '00041410': { vr: 'US', Value: [IN_USE] },
      [LOWER]: { vr: 'UL', Value: [0] },
      '00041430': { vr: 'CS', Value: [type] },
      ...more,
      '00080005': { vr: 'CS', Value: [UTF_8] },
      ...keysOf(type, header),
    }),
  );

function leafOf(file: Omit<DirectoryFile, 'header'>, header: DicomJson): Buffer {
  if (!file.fileId.every((component) => COMPONENT.test(component)))
    throw new RangeError('not a file id');
  const type = recordTypeOf(file.sopClass, header);
  return recordOf(type, header, {
    ...(type === 'PRIVATE' ? { '00041432': { vr: 'UI', Value: [file.sopClass] } } : {}),
    '00041500': { vr: 'CS', Value: file.fileId },
    '00041510': { vr: 'UI', Value: [file.sopClass] },
    '00041511': { vr: 'UI', Value: [file.instance] },
    '00041512': { vr: 'UI', Value: [file.transferSyntax] },
  });
}

const NEXT = '00041400';
const LOWER = '00041420';
/** Where the offsets stand in a record: behind the item's head, its first element's, then that and the next one. */
const NEXT_AT = 8 + 8;
const LOWER_AT = NEXT_AT + 4 + 10 + 8;

function directoryFile(patients: ReadonlyMap<string, Entity>, fileSetUid: string): Buffer {
  const fileSet: DicomJson = {
    '00080016': { vr: 'UI', Value: [MEDIA_STORAGE_DIRECTORY] },
    '00080018': { vr: 'UI', Value: [fileSetUid] },
  };
  const meta = newFileMeta(fileSet, TransferSyntaxUid.ExplicitVRLittleEndian);
  const headBytes = encodeHeadSet(0, 0).length + encodeHead(SEQUENCE, 'SQ', 0).length;
  const placed = place([...patients.values()], meta.length + headBytes);
  const records = Buffer.concat(placed.records);
  return Buffer.concat([
    meta,
    encodeHeadSet(placed.first, placed.last),
    encodeHead(SEQUENCE, 'SQ', records.length),
    records,
  ]);
}

const SEQUENCE = 0x00041220;

const encodeHeadSet = (first: number, last: number): Buffer =>
  encodeDataSet({
    '00041130': { vr: 'CS' },
    '00041200': { vr: 'UL', Value: [first] },
    '00041202': { vr: 'UL', Value: [last] },
    '00041212': { vr: 'US', Value: [0] },
  });

type Placed = Readonly<{ records: readonly Buffer[]; first: number; last: number; end: number }>;

/** The records of a level, each followed by those below it, with the offsets that link them (PS3.3 §F.2.2); `start` is the place of the first in the file. */
function place(level: readonly Entity[], start: number): Placed {
  const records: Buffer[] = [];
  let at = start;
  let last = 0;
  for (const [index, { record, lower }] of level.entries()) {
    const below = place([...lower.values()], at + record.length);
    const linked = Buffer.from(record);
    linked.writeUInt32LE(index + 1 < level.length ? below.end : 0, NEXT_AT);
    linked.writeUInt32LE(below.first, LOWER_AT);
    records.push(linked);
    for (const lowerRecord of below.records) records.push(lowerRecord);
    last = at;
    at = below.end;
  }
  return { records, first: level.length === 0 ? 0 : start, last, end: at };
}
