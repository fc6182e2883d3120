import { deflateRawSync } from 'node:zlib';
import type { Random } from '../../simulation/long/seeded-random.js';
import { ctSlice, part10 } from '../../support/part10.js';
import { CHARACTER_SETS, NUMBERS, TEXTS, TRANSFER_SYNTAXES } from './lies.js';

const UNDEFINED = 0xffffffff;
const NESTED = 50_000;
const MIB = 1024 * 1024;

/** A file that is built to hurt: what it is, and its bytes. `uid` makes it an instance of its own. */
export type Monster = (random: Random, uid: string) => Buffer;

const pick = <Value>(random: Random, values: readonly Value[]): Value =>
  values[random(values.length)] as Value;

const head = (tag: number, vr: string, length: number): Buffer => {
  const bytes = Buffer.alloc(vr === '' ? 8 : 12);
  bytes.writeUInt16LE(tag >>> 16, 0);
  bytes.writeUInt16LE(tag & 0xffff, 2);
  bytes.write(vr, 4, 'latin1');
  bytes.writeUInt32LE(length, bytes.length - 4);
  return bytes;
};
const item = (length: number) => head(0xfffee000, '', length);
const ITEM_END = head(0xfffee00d, '', 0);
const SEQUENCE_END = head(0xfffee0dd, '', 0);

const uidsOf = (uid: string) => ({ study: `${uid}.1`, series: `${uid}.1.1`, instance: uid });

/* A sound slice without pixels, and what the monster adds behind it. */
function sliceWith(uid: string, bytes: readonly Uint8Array[], transferSyntax?: string): Buffer {
  const { '7FE00010': _pixels, ...header } = ctSlice(uidsOf(uid));
  const meta = transferSyntax === undefined ? {} : { '00020010': ['UI', transferSyntax] as const };
  return Buffer.concat([part10(header, meta), ...bytes]);
}

const nestedOpen: Monster = (random, uid) => {
  const open = Buffer.concat([head(0x30060010, 'SQ', UNDEFINED), item(UNDEFINED)]);
  const closed = random(2) === 0 ? [ITEM_END, SEQUENCE_END] : [];
  return sliceWith(uid, [
    Buffer.concat(new Array(NESTED).fill(open)),
    Buffer.concat(new Array(NESTED).fill(Buffer.concat(closed))),
  ]);
};

const nestedByLength: Monster = (random, uid) => {
  const vr = pick(random, ['SQ', 'UN']);
  const depth = pick(random, [60, 64, 65, 200, NESTED]);
  const heads: Buffer[] = [];
  for (let level = depth; level > 0; level--)
    heads.push(head(0x30060010, vr, level * 20 - 12), item(level * 20 - 20));
  return sliceWith(uid, heads);
};

const wide: Monster = (random, uid) => {
  const items = Buffer.concat(new Array(NESTED).fill(item(0)));
  return sliceWith(uid, [
    head(0x30060010, 'SQ', pick(random, [items.length, UNDEFINED])),
    items,
    SEQUENCE_END,
  ]);
};

const manyElements: Monster = (random, uid) => {
  const element = Buffer.concat([
    Buffer.from([9, 0, 16, 16]),
    Buffer.from('LO'),
    Buffer.from([2, 0, 65, 66]),
  ]);
  return sliceWith(uid, [Buffer.concat(new Array(NESTED * (1 + random(3))).fill(element))]);
};

const shapeOfLies: Monster = (random, uid) => {
  const lie = () => pick(random, [0, 1, 2, 7, 8, 0x7fff, 0x8000, 0xfffe, 0xffff]);
  return part10(
    ctSlice(uidsOf(uid), {
      '00280002': ['US', pick(random, [0, 1, 3, 4, 0xffff])],
      '00280004': ['CS', pick(random, ['MONOCHROME2', 'RGB', 'YBR_FULL_422', 'PALETTE COLOR', ''])],
      '00280006': ['US', random(3)],
      '00280008': ['IS', pick(random, NUMBERS)],
      '00280010': ['US', lie()],
      '00280011': ['US', lie()],
      '00280100': ['US', pick(random, [0, 1, 8, 12, 16, 32, 64, 0xffff])],
      '00280101': ['US', lie()],
      '00280103': ['US', random(3)],
    }),
    { '00020010': ['UI', pick(random, TRANSFER_SYNTAXES)] },
  );
};

/* Tables that point anywhere, over fragments of any length. */
const offsetTable: Monster = (random, uid) => {
  const frames = 1 + random(6);
  const fragments = Array.from({ length: 1 + random(8) }, () =>
    Buffer.alloc(2 * random(200), 0xd8),
  );
  const offset = () => pick(random, [0, 8, 7, random(500), 0x7fffffff, 0x80000000, 0xfffffff8]);
  const basic = Buffer.alloc(4 * random(frames + 2));
  for (let at = 0; at < basic.length; at += 4) basic.writeUInt32LE(at === 0 ? 0 : offset(), at);
  const extended = Buffer.alloc(8 * frames);
  for (let at = 8; at < extended.length; at += 4) extended.writeUInt32LE(offset(), at);
  const lengths = Buffer.alloc(8 * frames);
  for (let at = 0; at < lengths.length; at += 4) lengths.writeUInt32LE(offset(), at);
  const { '7FE00010': _pixels, ...header } = ctSlice(uidsOf(uid), {
    '00280008': ['IS', String(pick(random, [frames, frames + 1, 1_000_000_000]))],
  });
  const tables =
    random(2) === 0
      ? []
      : [
          head(0x7fe00001, 'OV', extended.length),
          extended,
          head(0x7fe00002, 'OV', lengths.length),
          lengths,
        ];
  return Buffer.concat([
    part10(header, { '00020010': ['UI', pick(random, TRANSFER_SYNTAXES.slice(5, 19))] }),
    ...tables,
    head(0x7fe00010, 'OB', UNDEFINED),
    item(basic.length),
    basic,
    ...fragments.flatMap((bytes) => [
      item(pick(random, [bytes.length, bytes.length, bytes.length, 0, 0xfffffffe, UNDEFINED])),
      bytes,
    ]),
    ...(random(3) === 0 ? [] : [SEQUENCE_END]),
  ]);
};

const emptyFragments: Monster = (random, uid) =>
  sliceWith(
    uid,
    [
      head(0x7fe00010, 'OB', UNDEFINED),
      Buffer.concat(new Array(NESTED).fill(item(pick(random, [0, 0, 8])))),
      SEQUENCE_END,
    ],
    pick(random, TRANSFER_SYNTAXES.slice(5, 19)),
  );

const bombs = new Map<number, Buffer>();

/* Hundreds of megabytes of one value, of elements or of noise, deflated to very little. */
const deflateBomb: Monster = (random, uid) => {
  const megabytes = pick(random, [16, 64, 200]);
  const bomb = bombs.get(megabytes) ?? deflateRawSync(Buffer.alloc(megabytes * MIB));
  bombs.set(megabytes, bomb);
  const content = dataSetOf(uid);
  const value = head(0x00091010, 'UN', pick(random, [megabytes * MIB, 0xfffffffe, 16]));
  const front = deflateRawSync(Buffer.concat([content, value]), { finishFlush: 2 });
  const meta = { '00020010': ['UI', '1.2.840.10008.1.2.1.99'] as const };
  return Buffer.concat([metaOnly(meta), front, bomb]);
};

const metaOnly = (meta: Parameters<typeof part10>[1]): Buffer => part10({}, meta);

function dataSetOf(uid: string): Buffer {
  const { '7FE00010': _pixels, ...header } = ctSlice(uidsOf(uid));
  return part10(header).subarray(
    part10({}, {}).length + header['00080016']![1].toString().length + uid.length + 2,
  );
}

const liesInText: Monster = (random, uid) => {
  const text = () => {
    const one = pick(random, TEXTS);
    return random(6) === 0 ? Buffer.alloc(Math.min(60_000, one.length * 4000), one) : one;
  };
  return part10(
    ctSlice(uidsOf(uid), {
      '00080005': ['CS', pick(random, CHARACTER_SETS)],
      '00080020': ['DA', text()],
      '00080030': ['TM', text()],
      '00080050': ['SH', text()],
      '00080060': ['CS', text()],
      '00081030': ['LO', text()],
      '00100010': ['PN', text()],
      '00100020': ['LO', text()],
      '00100030': ['DA', text()],
      '00104000': ['LT', text()],
      '00200011': ['IS', pick(random, NUMBERS)],
      '00200013': ['IS', pick(random, NUMBERS)],
      '00280008': ['IS', pick(random, NUMBERS)],
    }),
  );
};

const hugeText: Monster = (random, uid) => {
  const value = Buffer.alloc(
    pick(random, [MIB - 2, MIB, 2 * MIB]),
    pick(
      random,
      TEXTS.filter(({ length }) => length > 0),
    ),
  );
  return sliceWith(uid, [
    head(0x00420011, pick(random, ['UT', 'UC', 'UR', 'UN']), value.length),
    value,
  ]);
};

/** All of them. The first are small and quick. */
export const MONSTERS: readonly Monster[] = [
  shapeOfLies,
  offsetTable,
  liesInText,
  liesInText,
  offsetTable,
  shapeOfLies,
  shapeOfLies,
  liesInText,
  offsetTable,
  shapeOfLies,
  offsetTable,
  liesInText,
  liesInText,
  offsetTable,
  shapeOfLies,
  shapeOfLies,
  liesInText,
  offsetTable,
  nestedOpen,
  nestedByLength,
  wide,
  manyElements,
  emptyFragments,
  hugeText,
  deflateBomb,
];
