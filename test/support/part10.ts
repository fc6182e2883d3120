/** A small Part 10 file writer for tests (PS3.10 §7, Explicit VR Little Endian): no library of ours takes part in making what ours must read. */
export type Attributes = Readonly<
  Record<string, readonly [vr: string, value: string | number | Buffer]>
>;

const LONG_VRS = ['OB', 'OW', 'OF', 'SQ', 'UN', 'UT'];

const pad = (bytes: Buffer, vr: string) =>
  bytes.length % 2 === 0
    ? bytes
    : Buffer.concat([bytes, Buffer.from(vr === 'UI' || vr === 'OB' ? '\0' : ' ')]);

const encoded = (vr: string, value: string | number | Buffer): Buffer => {
  if (Buffer.isBuffer(value)) return pad(value, vr);
  if (vr !== 'US') return pad(Buffer.from(String(value)), vr);
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(Number(value));
  return bytes;
};

const element = (tag: string, vr: string, value: string | number | Buffer): Buffer => {
  const bytes = encoded(vr, value);
  const long = LONG_VRS.includes(vr);
  const head = Buffer.alloc(long ? 12 : 8);
  head.writeUInt16LE(Number.parseInt(tag.slice(0, 4), 16), 0);
  head.writeUInt16LE(Number.parseInt(tag.slice(4), 16), 2);
  head.write(vr, 4, 'latin1');
  if (long) head.writeUInt32LE(bytes.length, 8);
  else head.writeUInt16LE(bytes.length, 6);
  return Buffer.concat([head, bytes]);
};

const elements = (attributes: Attributes) =>
  Buffer.concat(
    Object.keys(attributes)
      .sort()
      .map((tag) => element(tag, ...(attributes[tag] as [string, string]))),
  );

/** The value of a sequence of these items, of defined length (PS3.5 §7.5). */
export const sequence = (...items: readonly Attributes[]): Buffer =>
  Buffer.concat(
    items.flatMap((item) => {
      const content = elements(item);
      const head = Buffer.from([0xfe, 0xff, 0x00, 0xe0, 0, 0, 0, 0]);
      head.writeUInt32LE(content.length, 4);
      return [head, content];
    }),
  );

/** A file of these attributes; `meta` adds to or changes its file meta group. */
export function part10(attributes: Attributes, meta: Attributes = {}): Buffer {
  const group = elements({
    '00020001': ['OB', Buffer.from([0, 1])],
    '00020002': attributes['00080016'] ?? ['UI', ''],
    '00020003': attributes['00080018'] ?? ['UI', ''],
    '00020010': ['UI', '1.2.840.10008.1.2.1'],
    '00020012': ['UI', '2.25.1'],
    ...meta,
  });
  const length = Buffer.from([2, 0, 0, 0, 0x55, 0x4c, 4, 0, 0, 0, 0, 0]);
  length.writeUInt32LE(group.length, 8);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    length,
    group,
    elements(attributes),
  ]);
}

/** One CT slice of 8 × 8 pixels; `change` overrides attributes. */
export function ctSlice(
  uids: Readonly<{ study: string; series: string; instance: string }>,
  change: Attributes = {},
): Attributes {
  return {
    '00080005': ['CS', 'ISO_IR 100'],
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.2'],
    '00080018': ['UI', uids.instance],
    '00080020': ['DA', '20260102'],
    '00080030': ['TM', '101112'],
    '00080050': ['SH', 'A1'],
    '00080060': ['CS', 'CT'],
    '00080090': ['PN', 'Refer^Anna'],
    '00081030': ['LO', 'Thorax'],
    '00100010': ['PN', 'Test^Person'],
    '00100020': ['LO', 'P1'],
    '00100030': ['DA', '19700101'],
    '00100040': ['CS', 'F'],
    '0020000D': ['UI', uids.study],
    '0020000E': ['UI', uids.series],
    '00200010': ['SH', 'S1'],
    '00200011': ['IS', '1'],
    '00200013': ['IS', '1'],
    '00280002': ['US', 1],
    '00280004': ['CS', 'MONOCHROME2'],
    '00280010': ['US', 8],
    '00280011': ['US', 8],
    '00280100': ['US', 16],
    '00280101': ['US', 16],
    '00280102': ['US', 15],
    '00280103': ['US', 0],
    '7FE00010': ['OW', Buffer.alloc(128, uids.instance)],
    ...change,
  };
}
