import { dictionary as rows } from 'dcmjs/dictionary';
import { isPrivate } from './tag.js';
import { traitsOf, type Vr } from './vr.js';

/** What PS3.6 says of a tag; `US or SS` is settled by Pixel Representation (PS3.5 §A.1, PS3.3 §C.7.6.3). */
export type DictionaryVr = Vr | 'US or SS';

type Entry = Readonly<{ vr: DictionaryVr; keyword: string; isMultiple: boolean }>;

const AMBIGUOUS: Readonly<Record<string, DictionaryVr>> = {
  ox: 'OW',
  lt: 'OW',
  xs: 'US or SS',
  up: 'UL',
};
const PLAIN = /^\(([0-9A-Fa-f]{4}),([0-9A-Fa-f]{4})\)$/;
const REPEATING = /^\((50|60|7F)00-\1FF,([0-9A-Fa-f]{4})\)$/;

const byTag = new Map<number, Entry>();
const byKeyword = new Map<string, number>();
for (const row of Object.values(rows)) {
  const [, group, element] = PLAIN.exec(row.tag ?? '') ?? REPEATING.exec(row.tag ?? '') ?? [];
  if (group === undefined || element === undefined) continue;
  const tag = Number.parseInt(group.padEnd(4, '0') + element, 16);
  const vr = AMBIGUOUS[row.vr ?? ''] ?? traitsOf(row.vr ?? '')?.vr;
  if (vr === undefined || isPrivate(tag)) continue;
  const keyword = (row.name ?? '').replace(/^RETIRED_/, '');
  byTag.set(tag, { vr, keyword, isMultiple: row.vm !== undefined && row.vm !== '1' });
  if (!byKeyword.has(keyword)) byKeyword.set(keyword, tag);
}

/** VR in an implicit VR data set; `UN` for a tag that the dictionary doesn't know (PS3.5 §6.2.2). */
export const vrOfTag = (tag: number): DictionaryVr => {
  if ((tag & 0xffff) === 0) return 'UL';
  const entry = entryOf(tag);
  if (entry !== undefined) return entry.vr;
  return isPrivateCreator(tag) ? 'LO' : 'UN';
};

/** Keyword of PS3.6; undefined for private and unknown tags. */
export const keywordOfTag = (tag: number): string | undefined => entryOf(tag)?.keyword;

/** Whether PS3.6 lets an attribute have more than one value; false for private and unknown tags. */
export const isMultiValued = (tag: number): boolean => entryOf(tag)?.isMultiple ?? false;

/** Tag of a keyword of PS3.6; repeating groups answer with their first group. */
export const tagOfKeyword = (keyword: string): number | undefined => byKeyword.get(keyword);

const entryOf = (tag: number): Entry | undefined =>
  byTag.get(tag) ?? byTag.get(firstOfRepeating(tag));

/** Groups 50xx, 60xx and 7Fxx repeat (PS3.5 §7.6); their rows stand under the first group. */
const firstOfRepeating = (tag: number): number => {
  const family = tag >>> 24;
  if ((family !== 0x50 && family !== 0x60 && family !== 0x7f) || isPrivate(tag)) return tag;
  return ((family << 24) | (tag & 0xffff)) >>> 0;
};

const isPrivateCreator = (tag: number): boolean =>
  isPrivate(tag) && (tag & 0xffff) >= 0x10 && (tag & 0xffff) <= 0xff;
