import { vrOfTag } from '../dictionary.js';
import {
  type ElementHeader,
  type Encoding,
  EXPLICIT_BIG_ENDIAN,
  EXPLICIT_LITTLE_ENDIAN,
  IMPLICIT_LITTLE_ENDIAN,
  readElementHeader,
  UNDEFINED_LENGTH,
} from '../element.js';
import { isPrivate } from '../tag.js';
import { traitsOf } from '../vr.js';

const VALUE_BYTES_MAX = 64 * 1024;
const ENCODINGS = [EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN];

/** The encoding in which the bytes at `at` begin like a data set: the declared one if it fits, else the first that does. */
export const guessEncoding = (
  view: DataView,
  at: number,
  declared?: Encoding,
): Encoding | undefined => {
  if (declared !== undefined && isWritten(view, at, declared)) return declared;
  return ENCODINGS.find((encoding) => plausible(view, at, encoding) !== undefined);
};

/**
 * The encoding of bytes that nothing declares to be DICOM: the file has to begin with two elements in ascending order that
 * PS3.6 knows, the first of group 0008, with the dictionary's VR where VRs are written and lengths below 64 KiB.
 */
export const guessBareEncoding = (view: DataView, at: number): Encoding | undefined =>
  ENCODINGS.find((encoding) => {
    const first = plausible(view, at, encoding);
    if (first === undefined || first.tag >>> 16 !== 0x0008 || first.length > VALUE_BYTES_MAX)
      return false;
    const second = plausible(view, at + first.bytes + first.length, encoding);
    return second !== undefined && second.tag > first.tag && second.tag >>> 16 <= 0x0010;
  });

/* What is declared to be explicit and begins with a VR is that, though the dictionary has another VR for the tag: writers err there. */
const isWritten = (view: DataView, at: number, declared: Encoding): boolean => {
  if (plausible(view, at, declared) !== undefined) return true;
  const header = readElementHeader(view, at, declared);
  if (header?.explicit !== true || header.length > VALUE_BYTES_MAX) return false;
  return vrOfTag(header.tag) !== 'UN';
};

const plausible = (view: DataView, at: number, encoding: Encoding): ElementHeader | undefined => {
  const header = readElementHeader(view, at, encoding);
  return header?.explicit === encoding.explicit && makesSense(header) ? header : undefined;
};

/** Where the dictionary's VR doesn't show that the length is one, it has to look like one. */
const makesSense = ({ tag, vr, length, explicit }: ElementHeader): boolean => {
  const known = vrOfTag(tag);
  const plainLength = length <= VALUE_BYTES_MAX || length === UNDEFINED_LENGTH;
  if (!explicit) return known !== 'UN' && plainLength;
  if (isPrivate(tag)) return plainLength;
  if (known === 'UN') return false;
  return [vr, 'US or SS'].includes(known) || traitsOf(known)?.kind === 'binary' || vr === 'UN';
};
