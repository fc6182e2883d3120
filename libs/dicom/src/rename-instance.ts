import {
  type ElementHeader,
  type Encoding,
  EXPLICIT_LITTLE_ENDIAN,
  readElementHeader,
  UNDEFINED_LENGTH,
} from './element.js';

/** What of a file is needed to rename it: the bytes up to and with SOP Instance UID, where its data set starts and how it is written. */
export type RenameInput = Readonly<{
  /** The first bytes of the file, at most RENAME_HEAD_BYTES_MAX. */
  head: Buffer;
  dataSetStart: number;
  encoding: Encoding;
}>;

/** `head` replaces the first `replaces` bytes of the file; all that follows stays as it is. */
export type Renamed =
  | Readonly<{ ok: true; head: Buffer; replaces: number }>
  | Readonly<{ ok: false; reason: 'no-instance-uid' | 'no-file-meta' }>;

export const RENAME_HEAD_BYTES_MAX = 1024 * 1024;

const SOP_INSTANCE_UID = 0x00080018;
const MEDIA_STORAGE_SOP_INSTANCE_UID = 0x00020003;
const FILE_META_GROUP_LENGTH = 0x00020000;
const PREFIX_END = 132;

/** Gives an instance another SOP Instance UID, in the data set and in the file meta group (PS3.10 §7.1); no other byte changes but the group's length. */
export function renameInstance(
  { head, dataSetStart, encoding }: RenameInput,
  uid: string,
): Renamed {
  if (dataSetStart <= PREFIX_END) return { ok: false, reason: 'no-file-meta' };
  const found = findElement(head, dataSetStart, SOP_INSTANCE_UID, encoding);
  if (found === undefined) return { ok: false, reason: 'no-instance-uid' };
  const valueEnd = found.at + found.header.bytes + found.header.length;
  return {
    ok: true,
    replaces: valueEnd,
    head: Buffer.concat([
      renamedMeta(head.subarray(0, dataSetStart), uid),
      head.subarray(dataSetStart, found.at),
      withValue(head, found, uid, encoding.bigEndian),
    ]),
  };
}

type Found = Readonly<{ at: number; header: ElementHeader }>;

const findElement = (
  bytes: Buffer,
  from: number,
  tag: number,
  encoding: Encoding,
): Found | undefined => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = from; ; ) {
    const header = readElementHeader(view, at, encoding);
    if (header === undefined || header.tag > tag) return undefined;
    const end = at + header.bytes + header.length;
    if (header.length === UNDEFINED_LENGTH || end > bytes.length) return undefined;
    if (header.tag === tag) return { at, header };
    at = end;
  }
};

/** The element's header with the new length, and the value padded to even length with NUL (PS3.5 §9.1). */
const withValue = (bytes: Buffer, { at, header }: Found, uid: string, bigEndian: boolean) => {
  const value = Buffer.from(uid.length % 2 === 0 ? uid : `${uid}\0`);
  const renamed = Buffer.from(bytes.subarray(at, at + header.bytes));
  if (!header.explicit && bigEndian) renamed.writeUInt32BE(value.length, 4);
  else if (!header.explicit) renamed.writeUInt32LE(value.length, 4);
  else if (bigEndian) renamed.writeUInt16BE(value.length, 6);
  else renamed.writeUInt16LE(value.length, 6);
  return Buffer.concat([renamed, value]);
};

const renamedMeta = (meta: Buffer, uid: string): Buffer => {
  const found = findElement(
    meta,
    PREFIX_END,
    MEDIA_STORAGE_SOP_INSTANCE_UID,
    EXPLICIT_LITTLE_ENDIAN,
  );
  if (found === undefined) return meta;
  const valueEnd = found.at + found.header.bytes + found.header.length;
  const renamed = Buffer.concat([
    meta.subarray(0, found.at),
    withValue(meta, found, uid, false),
    meta.subarray(valueEnd),
  ]);
  return withGroupLength(renamed, renamed.length - meta.length);
};

const withGroupLength = (meta: Buffer, grown: number): Buffer => {
  const found = findElement(meta, PREFIX_END, FILE_META_GROUP_LENGTH, EXPLICIT_LITTLE_ENDIAN);
  if (found === undefined) return meta;
  const value = found.at + found.header.bytes;
  meta.writeUInt32LE(meta.readUInt32LE(value) + grown, value);
  return meta;
};
