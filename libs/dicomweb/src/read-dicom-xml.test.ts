import { expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { dicomXml } from './dicom-xml.js';
import { readDicomXml } from './read-dicom-xml.js';

const model = (content: string) => `<NativeDicomModel>${content}</NativeDicomModel>`;
const read = (xml: string) => {
  const result = readDicomXml(xml);
  return result.ok ? result.dataSet : result.reason;
};
const patientId =
  '<DicomAttribute tag="00100020" vr="LO"><Value number="1">P1</Value></DicomAttribute>';

const DATA_SET: DicomJson = {
  '00080005': { vr: 'CS', Value: ['ISO_IR 192'] },
  '00081140': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }, {}] },
  '00090010': { vr: 'LO', Value: ['ACME & <SONS>'] },
  '00091001': { vr: 'UN', InlineBinary: 'AAE=' },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B^^Dr', Ideographic: '山田^太郎' }] },
  '00100020': { vr: 'LO', Value: ['a', null, 'b'] },
  '00204000': { vr: 'LT', Value: [' two\r\nlines '] },
  '00280010': { vr: 'US', Value: [512] },
  '00280009': { vr: 'AT', Value: ['00181063'] },
  '00189087': { vr: 'FD', Value: [1.5, -2e-10] },
  '00280030': { vr: 'DS', Value: ['0.10', '2'] },
  '00083005': { vr: 'UV', Value: ['18446744073709551615'] },
  '00100030': { vr: 'DA' },
  '7FE00010': { vr: 'OW', BulkDataURI: '../bulk?a=1&b=2' },
};

test('what our writer writes reads as it was', () => {
  const written = dicomXml(DATA_SET);
  expect(written.ok && read(written.xml)).toEqual(DATA_SET);
});
test('namespaces, prefixes and unknown attributes are passed over', () =>
  expect(
    read(`<?xml version="1.0"?><d:NativeDicomModel xmlns:d="x">
      <d:DicomAttribute Tag="00100020" VR="LO" Keyword="PatientID" odd="1"><d:Value number="1">P1</d:Value></d:DicomAttribute>
    </d:NativeDicomModel>`),
  ).toEqual({ '00100020': { vr: 'LO', Value: ['P1'] } }));
test('a private creator that is not there gets a free block', () => {
  const odd =
    '<DicomAttribute tag="00090001" vr="LO" privateCreator="X"><Value>v</Value></DicomAttribute>';
  const taken = '<DicomAttribute tag="00090010" vr="LO"><Value>Y</Value></DicomAttribute>';
  expect(read(model(odd + taken))).toEqual({
    '00090010': { vr: 'LO', Value: ['Y'] },
    '00090011': { vr: 'LO', Value: ['X'] },
    '00091101': { vr: 'LO', Value: ['v'] },
  });
});
test('a bulk data reference may be a uuid', () =>
  expect(
    read(model('<DicomAttribute tag="7FE00010" vr="OW"><BulkData uuid="u-1"/></DicomAttribute>')),
  ).toEqual({
    '7FE00010': { vr: 'OW', BulkDataURI: 'u-1' },
  }));

const attribute = (content: string, vr = 'LO') =>
  `<DicomAttribute tag="00100020" vr="${vr}">${content}</DicomAttribute>`;
const nested = (levels: number): string =>
  levels === 0
    ? ''
    : `<DicomAttribute tag="00081140" vr="SQ"><Item number="1">${nested(levels - 1)}</Item></DicomAttribute>`;

test('sequences may be nested as deep as the bound', () =>
  expect(read(model(nested(64)))).toHaveProperty('00081140'));
test.each<[string, string, string]>([
  ['nothing', '', 'not-well-formed'],
  ['an open element', '<NativeDicomModel>', 'not-well-formed'],
  [
    'an entity that nobody defined',
    model(attribute('<Value number="1">&x;</Value>')),
    'not-well-formed',
  ],
  ['a document type', `<!DOCTYPE a [<!ENTITY x "y">]>${model(patientId)}`, 'doctype'],
  ['another root', '<Patient/>', 'structure'],
  ['text between attributes', model('x'), 'structure'],
  ['a tag that is none', model('<DicomAttribute tag="PatientID" vr="LO"/>'), 'structure'],
  ['no VR', model('<DicomAttribute tag="00100020"/>'), 'structure'],
  ['a value number 0', model(attribute('<Value number="0">x</Value>')), 'structure'],
  [
    'a value twice',
    model(attribute('<Value number="1">x</Value><Value number="1">y</Value>')),
    'structure',
  ],
  ['a value number far away', model(attribute('<Value number="999999999">x</Value>')), 'structure'],
  [
    'two forms of a value',
    model(attribute('<Value number="1">x</Value><BulkData uri="u"/>')),
    'structure',
  ],
  ['an item in a text', model(attribute('<Item number="1"/>')), 'structure'],
  ['a value in a sequence', model(attribute('<Value number="1">x</Value>', 'SQ')), 'structure'],
  ['an attribute twice', model(patientId + patientId), 'repeated-attribute'],
  ['too many levels', model(nested(65)), 'too-deep'],
])('%s is refused', (_, xml, reason) => expect(read(xml)).toBe(reason));
test('a text longer than the bound is refused unread', () =>
  expect(readDicomXml(model(patientId), { charactersMax: 20, depthMax: 64 })).toEqual({
    ok: false,
    reason: 'too-long',
  }));
