import type { DicomJson, JsonElement, JsonValue, PersonName } from '#dicom/dicom-json';
import { keywordOfTag } from '#dicom/dictionary';

/** The Native DICOM Model of PS3.19 §A.1 for a data set in the DICOM JSON Model. */
export const nativeXml = (dataSet: DicomJson): string =>
  `<?xml version="1.0" encoding="UTF-8"?><NativeDicomModel xml:space="preserve">${attributes(dataSet)}</NativeDicomModel>`;

const attributes = (dataSet: DicomJson): string =>
  Object.keys(dataSet)
    .sort()
    .map((tag) => attribute(dataSet, tag))
    .join('');

function attribute(dataSet: DicomJson, tag: string): string {
  const element = dataSet[tag];
  if (element === undefined) return '';
  const keyword = keywordOfTag(Number.parseInt(tag, 16));
  const named = keyword === undefined ? '' : ` keyword="${keyword}"`;
  const owner = creatorOf(dataSet, tag);
  const head =
    owner === undefined
      ? `tag="${tag}" vr="${element.vr}"${named}`
      : `tag="${tag.slice(0, 4)}00${tag.slice(6)}" vr="${element.vr}" privateCreator="${escaped(owner)}"`;
  return `<DicomAttribute ${head}>${content(element)}</DicomAttribute>`;
}

/** The creator that has reserved the block of a private element (PS3.5 §7.8.1); its tag is then given without the block. */
function creatorOf(dataSet: DicomJson, tag: string): string | undefined {
  const isPrivate = Number.parseInt(tag.slice(0, 4), 16) % 2 === 1;
  if (!isPrivate || tag.slice(4, 6) === '00') return undefined;
  const creator = dataSet[`${tag.slice(0, 4)}00${tag.slice(4, 6)}`]?.Value?.[0];
  return typeof creator === 'string' ? creator : undefined;
}

function content(element: JsonElement): string {
  if (element.BulkDataURI !== undefined) return `<BulkData uri="${escaped(element.BulkDataURI)}"/>`;
  if (element.InlineBinary !== undefined)
    return `<InlineBinary>${element.InlineBinary}</InlineBinary>`;
  return (element.Value ?? [])
    .map((value, index) => oneValue(element.vr, value, index + 1))
    .join('');
}

function oneValue(vr: string, value: JsonValue, number: number): string {
  if (vr === 'SQ') return `<Item number="${number}">${attributes(value as DicomJson)}</Item>`;
  if (vr === 'PN' && value !== null)
    return `<PersonName number="${number}">${personName(value as PersonName)}</PersonName>`;
  return `<Value number="${number}">${value === null ? '' : escaped(String(value))}</Value>`;
}

const GROUPS = ['Alphabetic', 'Ideographic', 'Phonetic'] as const;
const COMPONENTS = ['FamilyName', 'GivenName', 'MiddleName', 'NamePrefix', 'NameSuffix'];

const personName = (name: PersonName): string =>
  GROUPS.map((group) => {
    const text = name[group];
    if (text === undefined || text === '') return '';
    return `<${group}>${components(text)}</${group}>`;
  }).join('');

const components = (text: string): string =>
  text
    .split('^', COMPONENTS.length)
    .map((part, index) => {
      const name = COMPONENTS[index];
      return part === '' ? '' : `<${name}>${escaped(part)}</${name}>`;
    })
    .join('');

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Control characters that XML 1.0 §2.2 cannot carry at all become the replacement character. */
const escaped = (text: string): string =>
  text
    .replace(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '\ufffd');
