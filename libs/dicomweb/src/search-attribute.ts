import { isMultiValued, tagOfKeyword, vrOfTag } from '#dicom/dictionary';
import { tagHex } from '#dicom/tag';
import { levelOf, type SearchLevel } from './attribute-level.js';

/** An attribute, perhaps inside items of sequences: tags from the outside in, eight upper-case hex digits each. `level` is that of the outermost. */
export type SearchAttribute = Readonly<{ path: readonly string[]; vr: string; level: SearchLevel }>;

/** Whether PS3.6 lets the innermost attribute have several values. */
export const hasManyValues = ({ path }: SearchAttribute): boolean =>
  isMultiValued(Number.parseInt(path.at(-1) ?? '', 16));

export const PATH_DEPTH_MAX = 8;
const NAME_CHARACTERS_MAX = PATH_DEPTH_MAX * 64;

/**
 * Keyword, tag, or a path of them joined by dots (PS3.18 §8.3.4.1); undefined for a keyword that is not in PS3.6. A tag that
 * PS3.6 doesn't know has VR UN: it can be asked for, not matched.
 */
export function readAttribute(name: string): SearchAttribute | undefined {
  if (name.length > NAME_CHARACTERS_MAX) return undefined;
  const tags = name.split('.').map(tagOf);
  if (tags.length > PATH_DEPTH_MAX || !tags.every((tag) => tag !== undefined)) return undefined;
  const last = tags.length - 1;
  const isKnownPath = tags.every((tag, i) => i === last || vrOfTag(tag) === 'SQ');
  const [outermost, innermost] = [tags[0], tags[last]];
  if (!isKnownPath || outermost === undefined || innermost === undefined) return undefined;
  return { path: tags.map(tagHex), vr: vrOf(innermost), level: levelOf(tagHex(outermost)) };
}

const tagOf = (text: string): number | undefined =>
  /^[\dA-Fa-f]{8}$/.test(text) ? Number.parseInt(text, 16) : tagOfKeyword(text);

const vrOf = (tag: number): string => {
  const vr = vrOfTag(tag);
  return vr === 'US or SS' ? 'US' : vr;
};
