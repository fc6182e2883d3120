import type { DicomJson, JsonElement, JsonValue, PersonName } from '#dicom/dicom-json';
import { keywordOfTag } from '#dicom/dictionary';

/** The text of a document, or which bound it broke. */
export type DicomXml =
  | Readonly<{ ok: true; xml: string }>
  | Readonly<{ ok: false; reason: 'too-long' | 'too-deep' }>;

export type XmlBounds = Readonly<{ charactersMax: number; depthMax: number }>;

export const XML_BOUNDS: XmlBounds = { charactersMax: 64 * 1024 * 1024, depthMax: 64 };

const HEAD =
  '<?xml version="1.0" encoding="UTF-8"?><NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM" xml:space="preserve">';
const TAIL = '</NativeDicomModel>';

/** `application/dicom+xml`: the Native DICOM Model (PS3.19 §A.1) of a data set in the DICOM JSON Model. */
export function dicomXml(dataSet: DicomJson, bounds: XmlBounds = XML_BOUNDS): DicomXml {
  const output: Output = { xml: HEAD, bounds };
  const broken = writeDataSet(output, dataSet, 0);
  if (broken !== undefined) return { ok: false, reason: broken };
  const xml = output.xml + TAIL;
  return xml.length > bounds.charactersMax ? { ok: false, reason: 'too-long' } : { ok: true, xml };
}

type Output = { xml: string; readonly bounds: XmlBounds };
type Broken = 'too-long' | 'too-deep' | undefined;

const writeDataSet = (output: Output, dataSet: DicomJson, depth: number): Broken => {
  if (depth > output.bounds.depthMax) return 'too-deep';
  for (const tag of Object.keys(dataSet).sort()) {
    const element = dataSet[tag];
    if (element === undefined) continue;
    output.xml += `<DicomAttribute ${attributes(dataSet, tag, element.vr)}>`;
    const broken = writeContent(output, element, depth);
    if (broken !== undefined) return broken;
    output.xml += '</DicomAttribute>';
    if (output.xml.length > output.bounds.charactersMax) return 'too-long';
  }
  return undefined;
};

/** A private element is named by its creator, its tag without the block that the creator reserved (PS3.19 Table A.1.5-2). */
const attributes = (dataSet: DicomJson, tag: string, vr: string): string => {
  const creator = creatorOf(dataSet, tag);
  if (creator !== undefined)
    return `tag="${tag.slice(0, 4)}00${tag.slice(6)}" vr="${escaped(vr)}" privateCreator="${escaped(creator)}"`;
  const keyword = keywordOfTag(Number.parseInt(tag, 16));
  const named = keyword === undefined ? '' : ` keyword="${keyword}"`;
  return `tag="${escaped(tag)}" vr="${escaped(vr)}"${named}`;
};

/** PS3.5 §7.8.1. */
const creatorOf = (dataSet: DicomJson, tag: string): string | undefined => {
  if (!/^...[13579BDF](?!00)/.test(tag)) return undefined;
  const creator = dataSet[`${tag.slice(0, 4)}00${tag.slice(4, 6)}`]?.Value?.[0];
  return typeof creator === 'string' ? creator : undefined;
};

const writeContent = (output: Output, element: JsonElement, depth: number): Broken => {
  if (element.BulkDataURI !== undefined)
    output.xml += `<BulkData uri="${escaped(element.BulkDataURI)}"/>`;
  if (element.InlineBinary !== undefined)
    output.xml += `<InlineBinary>${escaped(element.InlineBinary)}</InlineBinary>`;
  for (const [place, value] of (element.Value ?? []).entries()) {
    const broken = writeValue(output, element.vr, value, { number: place + 1, depth });
    if (broken !== undefined) return broken;
    if (output.xml.length > output.bounds.charactersMax) return 'too-long';
  }
  return undefined;
};

type Place = Readonly<{ number: number; depth: number }>;

const writeValue = (
  output: Output,
  vr: string,
  value: JsonValue,
  { number, depth }: Place,
): Broken => {
  if (vr === 'SQ') {
    output.xml += `<Item number="${number}">`;
    const broken = writeDataSet(output, (value ?? {}) as DicomJson, depth + 1);
    output.xml += '</Item>';
    return broken;
  }
  output.xml += isName(vr, value)
    ? `<PersonName number="${number}">${personName(value)}</PersonName>`
    : `<Value number="${number}">${value === null ? '' : escaped(String(value))}</Value>`;
  return undefined;
};

const isName = (vr: string, value: JsonValue): value is PersonName =>
  vr === 'PN' && typeof value === 'object' && value !== null;

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;
const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];

const personName = (name: PersonName): string =>
  GROUPS.filter((group) => name[group])
    .map((group) => `<${group}>${components(name[group] ?? '')}</${group}>`)
    .join('');

/** PS3.5 §6.2.1.1; what stands after a fifth delimiter belongs to no component. */
const components = (group: string): string =>
  group
    .split('^', COMPONENTS.length)
    .map((part, i) => (part === '' ? '' : `<${COMPONENTS[i]}>${escaped(part)}</${COMPONENTS[i]}>`))
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

/** What XML 1.0 §2.2 can't carry at all becomes the replacement character. */
const escaped = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
