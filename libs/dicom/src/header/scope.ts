import { type CharacterSet, characterSetOf, DEFAULT_CHARACTER_SET } from '../character-set.js';
import type { DicomJson, JsonElement } from '../dicom-json.js';
import { type DictionaryVr, vrOfTag } from '../dictionary.js';
import { type ElementHeader, type Encoding, UNDEFINED_LENGTH } from '../element.js';
import { note, type Reading } from '../reading.js';
import { Tag, tagHex } from '../tag.js';
import type { Vr } from '../vr.js';

/**
 * One data set while it is read, root or item. `end` is the offset behind it, Infinity where a delimiter or the file ends it;
 * `delimited`: an Item Delimitation Item ends it; `path` goes in front of its elements' bulk paths.
 */
export type Scope = {
  readonly path: string;
  readonly depth: number;
  readonly end: number;
  readonly delimited: boolean;
  readonly encoding: Encoding;
  readonly parent: Scope | undefined;
  readonly dataSet: DicomJson;
  characterSet: CharacterSet;
  pixelRepresentation?: number;
  /** Attributes, here and in items, that were read as US and wait for Pixel Representation. */
  pending?: Pending[];
};

type Pending = Readonly<{ dataSet: DicomJson; hex: string }>;

export const rootScope = (encoding: Encoding): Scope => ({
  path: '',
  depth: 0,
  end: Number.POSITIVE_INFINITY,
  delimited: false,
  encoding,
  parent: undefined,
  dataSet: {},
  characterSet: DEFAULT_CHARACTER_SET,
});

/** The VR to read a value with; `US or SS` counts as US until `settlePending`. */
export const vrWithin = (scope: Scope, vr: DictionaryVr): Vr => {
  if (vr !== 'US or SS') return vr;
  return scope.pixelRepresentation === 1 ? 'SS' : 'US';
};

/**
 * The header with what the dictionary knows of a value that was written as UN: its bytes are then those of Implicit VR Little
 * Endian (PS3.5 §6.2.2). Not where bytes are in the other order.
 */
export const withKnownVr = (scope: Scope, header: ElementHeader): ElementHeader => {
  if (header.vr !== 'UN' || header.length === UNDEFINED_LENGTH || scope.encoding.bigEndian)
    return header;
  const vr = vrOfTag(header.tag);
  return vr === 'UN' ? header : { ...header, vr };
};

/** Puts an element into the data set and lets it bear on those behind it. */
export const place = (
  reading: Reading,
  scope: Scope,
  { tag, vr }: ElementHeader,
  element: JsonElement,
): void => {
  if ((tag & 0xffff) === 0) return;
  const hex = tagHex(tag);
  scope.dataSet[hex] = element;
  if (vr === 'US or SS' && scope.pixelRepresentation === undefined) {
    scope.pending ??= [];
    scope.pending.push({ dataSet: scope.dataSet, hex });
  }
  if (tag === Tag.SpecificCharacterSet) {
    scope.characterSet = characterSetOf((element.Value ?? []).map((term) => String(term ?? '')));
    if (!scope.characterSet.known) note(reading, 'unknown-character-set', tag);
  }
  if (tag === Tag.PixelRepresentation && typeof element.Value?.[0] === 'number')
    scope.pixelRepresentation = element.Value[0];
};

/** At the end of a data set: the nearest Pixel Representation outwards decides what `US or SS` is (PS3.3 §C.7.6.3.1). */
export const settlePending = (scope: Scope): void => {
  const { pending, parent } = scope;
  if (pending === undefined || scope.pixelRepresentation === 0) return;
  if (scope.pixelRepresentation === undefined) {
    if (parent === undefined) return;
    parent.pending ??= [];
    for (const one of pending) parent.pending.push(one);
    return;
  }
  for (const { dataSet, hex } of pending) {
    const element = dataSet[hex];
    if (element?.vr === 'US') dataSet[hex] = asSigned(element);
  }
};

const asSigned = (element: JsonElement): JsonElement =>
  element.Value === undefined
    ? { ...element, vr: 'SS' }
    : { vr: 'SS', Value: element.Value.map((value) => (Number(value) << 16) >> 16) };
