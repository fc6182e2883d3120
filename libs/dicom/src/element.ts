import { type DictionaryVr, vrOfTag } from './dictionary.js';
import { Tag } from './tag.js';
import { traitsOf, vrOfBytes } from './vr.js';

/** How element headers are written (PS3.5 §7.1). */
export type Encoding = Readonly<{ explicit: boolean; bigEndian: boolean }>;

export const IMPLICIT_LITTLE_ENDIAN: Encoding = { explicit: false, bigEndian: false };
export const EXPLICIT_LITTLE_ENDIAN: Encoding = { explicit: true, bigEndian: false };
export const EXPLICIT_BIG_ENDIAN: Encoding = { explicit: true, bigEndian: true };

/** The length field of a value that ends with a delimiter (PS3.5 §7.1.1). */
export const UNDEFINED_LENGTH = 0xffffffff;

/** No element header is longer than this. */
export const ELEMENT_HEADER_BYTES_MAX = 12;

/**
 * Tag, VR and length in front of a value; `bytes` is the header's own length. `explicit` is false where the element is
 * written without a VR, which files do in the middle of an explicit data set. Items and delimiters say `UN`.
 */
export type ElementHeader = Readonly<{
  tag: number;
  vr: DictionaryVr;
  length: number;
  bytes: number;
  explicit: boolean;
}>;

/** The element header at `at`; undefined when `view` ends before it does. */
export const readElementHeader = (
  view: DataView,
  at: number,
  encoding: Encoding,
): ElementHeader | undefined => {
  if (at + 8 > view.byteLength) return undefined;
  const tag = readTag(view, at, encoding.bigEndian);
  if (tag >>> 16 === 0xfffe) return withoutVr(view, at, tag, encoding);
  if (!encoding.explicit) return withoutVr(view, at, tag, encoding);
  const first = view.getUint8(at + 4);
  const second = view.getUint8(at + 5);
  const vr = vrOfBytes(first, second);
  if (vr !== undefined) {
    return traitsOf(vr)?.longLength === true
      ? withLongLength(view, at, { tag, vr }, encoding)
      : withShortLength(view, at, { tag, vr }, encoding);
  }
  if (isUpperCase(first) && isUpperCase(second))
    return withLongLength(view, at, { tag, vr: 'UN' }, encoding);
  return isPrintable(first) && isPrintable(second)
    ? withShortLength(view, at, { tag, vr: 'UN' }, encoding)
    : withoutVr(view, at, tag, encoding);
};

/** Group and element number as one unsigned number. */
export const readTag = (view: DataView, at: number, bigEndian: boolean): number =>
  view.getUint16(at, !bigEndian) * 0x10000 + view.getUint16(at + 2, !bigEndian);

type Named = Readonly<{ tag: number; vr: DictionaryVr }>;

const withoutVr = (view: DataView, at: number, tag: number, encoding: Encoding): ElementHeader => ({
  tag,
  vr: tag >>> 16 === 0xfffe ? 'UN' : vrOfTag(tag),
  length: view.getUint32(at + 4, !encoding.bigEndian),
  bytes: 8,
  explicit: false,
});

const withShortLength = (view: DataView, at: number, { tag, vr }: Named, encoding: Encoding) => ({
  tag,
  vr,
  length: view.getUint16(at + 6, !encoding.bigEndian),
  bytes: 8,
  explicit: true,
});

/** VRs that PS3.5 will add all have this form (PS3.5 §6.2), so that unknown letters can be passed over. */
const withLongLength = (view: DataView, at: number, { tag, vr }: Named, encoding: Encoding) =>
  at + 12 > view.byteLength
    ? undefined
    : {
        tag,
        vr,
        length: view.getUint32(at + 8, !encoding.bigEndian),
        bytes: 12,
        explicit: true,
      };

const isUpperCase = (byte: number) => byte >= 0x41 && byte <= 0x5a;
const isPrintable = (byte: number) => byte >= 0x20 && byte < 0x7f;

/** A sequence item or one of the two delimiters. */
export const isItemTag = (tag: number): boolean =>
  tag === Tag.Item || tag === Tag.ItemDelimitationItem || tag === Tag.SequenceDelimitationItem;
