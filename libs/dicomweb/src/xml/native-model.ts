import type { DicomJson, JsonElement, JsonValue } from '#dicom/dicom-json';
import { type PersonNames, readName, readValue } from './native-values.js';
import { type OpenDataSet, placePrivate } from './private-blocks.js';
import { XmlStopped } from './xml-stopped.js';

type OpenAttribute = {
  readonly kind: 'attribute';
  readonly tag: string;
  readonly vr: string;
  readonly creator: string | undefined;
  readonly values: (JsonValue | undefined)[];
  inline: string | undefined;
  bulk: string | undefined;
};
type OpenItem = OpenDataSet & Readonly<{ kind: 'item'; number: string | undefined }>;
/** A leaf, whose text is gathered: a value, inline bytes or a component of a name. */
type OpenText = {
  readonly kind: 'text';
  readonly name: string;
  readonly number: string | undefined;
  text: string;
};
type OpenName = Readonly<{ kind: 'name'; number: string | undefined; groups: PersonNames }>;
type OpenGroup = Readonly<{ kind: 'group'; name: string; components: Map<string, string> }>;
type OpenBulk = Readonly<{ kind: 'bulk' }>;
type Open = OpenAttribute | OpenItem | OpenText | OpenName | OpenGroup | OpenBulk;

/** What has been read so far; `dataSet` is set at the end of the document. */
export type Model = {
  readonly depthMax: number;
  readonly open: Open[];
  depth: number;
  gaps: number;
  dataSet: DicomJson | undefined;
};

type Attributes = Readonly<Record<string, string>>;

/** Values that numbers may pass over in a whole document: each becomes an empty one. */
const GAPS_MAX = 10_000;
const TAG = /^[0-9A-Fa-f]{8}$/;
const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'];
const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];

export const newModel = (depthMax: number): Model => ({
  depthMax,
  open: [],
  depth: 0,
  gaps: 0,
  dataSet: undefined,
});

const localOf = (name: string) => name.slice(name.indexOf(':') + 1);

/** Begins an element where the model has a place for it. Throws XmlStopped. */
export function openElement(model: Model, qualified: string, attributes: Attributes): void {
  const opened = elementWithin(model, localOf(qualified), lowerCased(attributes));
  if (opened === undefined) throw new XmlStopped('structure');
  model.open.push(opened);
}

function elementWithin(model: Model, name: string, named: Attributes): Open | undefined {
  const parent = model.open.at(-1);
  switch (parent?.kind) {
    case undefined:
      return name === 'NativeDicomModel' && model.dataSet === undefined
        ? newItem(model, named)
        : undefined;
    case 'item':
      return name === 'DicomAttribute' ? newAttribute(named) : undefined;
    case 'attribute':
      return valueWithin(model, parent, { name, named });
    case 'name':
      return GROUPS.includes(name) ? { kind: 'group', name, components: new Map() } : undefined;
    case 'group':
      return COMPONENTS.includes(name) ? newText(name, named) : undefined;
    default:
      return undefined;
  }
}

type Begun = Readonly<{ name: string; named: Attributes }>;

function valueWithin(
  model: Model,
  parent: OpenAttribute,
  { name, named }: Begun,
): Open | undefined {
  if (name === 'BulkData') return bulkWithin(parent, named);
  if (parent.vr === 'SQ') return name === 'Item' ? newItem(model, named) : undefined;
  if (name === 'Value' || name === 'InlineBinary') return newText(name, named);
  const isName = name === 'PersonName' && parent.vr === 'PN';
  return isName ? { kind: 'name', number: named['number'], groups: {} } : undefined;
}

/** The reference is a URI or, in the same hosting system, a UUID (PS3.19 Table A.1.5-2). */
function bulkWithin(parent: OpenAttribute, named: Attributes): Open | undefined {
  if (parent.bulk !== undefined) return undefined;
  parent.bulk = named['uri'] ?? named['uuid'];
  return parent.bulk === undefined ? undefined : { kind: 'bulk' };
}

const newText = (name: string, named: Attributes): Open => ({
  kind: 'text',
  name,
  number: named['number'],
  text: '',
});

function newItem(model: Model, named: Attributes): Open {
  model.depth += 1;
  if (model.depth > model.depthMax + 1) throw new XmlStopped('too-deep');
  return { kind: 'item', number: named['number'], elements: new Map(), privates: [] };
}

function newAttribute(named: Attributes): Open | undefined {
  const tag = named['tag'];
  const vr = named['vr'];
  if (tag === undefined || !TAG.test(tag) || vr === undefined) return undefined;
  const creator = named['privatecreator'];
  const upper = tag.toUpperCase();
  return {
    kind: 'attribute',
    tag: upper,
    vr,
    creator,
    values: [],
    inline: undefined,
    bulk: undefined,
  };
}

/** Examples of the standard write `Tag` and `VR`, its tables `tag` and `vr` (PS3.18 §B.29, PS3.19 Table A.1.5-2). */
const lowerCased = (attributes: Attributes): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name.toLowerCase(), value]),
  );

/** Text belongs to the leaf that is open; between other elements there may be blanks only. */
export function takeText(model: Model, text: string): void {
  const leaf = model.open.at(-1);
  if (leaf?.kind === 'text') leaf.text += text;
  else if (text.trim() !== '') throw new XmlStopped('structure');
}

/** Ends the element that is open and puts what it was into its parent. */
export function closeElement(model: Model): void {
  const closed = model.open.pop();
  const parent = model.open.at(-1);
  if (closed?.kind === 'item') closeItem(model, closed, parent);
  else if (closed?.kind === 'attribute' && parent?.kind === 'item') closeAttribute(parent, closed);
  else if (closed?.kind === 'name' && parent?.kind === 'attribute')
    put(model, parent, closed.number, readName(closed.groups));
  else if (closed?.kind === 'group' && parent?.kind === 'name')
    parent.groups[closed.name] = COMPONENTS.map((name) => closed.components.get(name) ?? '');
  else if (closed?.kind === 'text') closeText(model, closed, parent);
}

function closeText(model: Model, { name, number, text }: OpenText, parent: Open | undefined): void {
  if (parent?.kind === 'group') parent.components.set(name, text);
  else if (parent?.kind !== 'attribute') return;
  else if (name === 'InlineBinary') parent.inline = text.replace(/\s/g, '');
  else put(model, parent, number, readValue(parent.vr, text));
}

function closeItem(model: Model, item: OpenItem, parent: Open | undefined): void {
  model.depth -= 1;
  placePrivate(item);
  const dataSet: DicomJson = Object.fromEntries(
    [...item.elements].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  if (parent?.kind === 'attribute') put(model, parent, item.number, dataSet);
  else model.dataSet = dataSet;
}

/** Values are numbered from 1 (PS3.19 Table A.1.5-2); without a number they follow each other. */
function put(
  model: Model,
  { values }: OpenAttribute,
  number: string | undefined,
  value: JsonValue,
): void {
  const index = number === undefined ? values.length : Number(number) - 1;
  if (!Number.isSafeInteger(index) || index < 0 || values[index] !== undefined)
    throw new XmlStopped('structure');
  for (; values.length < index; model.gaps += 1) {
    if (model.gaps >= GAPS_MAX) throw new XmlStopped('structure');
    values.push(undefined);
  }
  values[index] = value;
}

function closeAttribute(item: OpenItem, attribute: OpenAttribute): void {
  const element = elementOf(attribute);
  const { tag, creator } = attribute;
  if (creator !== undefined) {
    item.privates.push({ tag, creator, element });
    return;
  }
  if (item.elements.has(tag)) throw new XmlStopped('repeated-attribute');
  item.elements.set(tag, element);
}

function elementOf({ vr, values, inline, bulk }: OpenAttribute): JsonElement {
  const forms = [inline, bulk].filter((form) => form !== undefined).length;
  if (forms + Math.min(values.length, 1) > 1) throw new XmlStopped('structure');
  if (inline !== undefined) return inline === '' ? { vr } : { vr, InlineBinary: inline };
  if (bulk !== undefined) return { vr, BulkDataURI: bulk };
  const filled = values.map((value) => value ?? null);
  const isEmpty = filled.length === 0 || (filled.length === 1 && filled[0] === null);
  return isEmpty ? { vr } : { vr, Value: filled };
}
