import { expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { dicomXml, XML_BOUNDS } from './dicom-xml.js';

const inside = (dataSet: DicomJson) => {
  const document = dicomXml(dataSet);
  return document.ok
    ? /^<\?xml version="1.0" encoding="UTF-8"\?><NativeDicomModel xmlns="http:\/\/dicom.nema.org\/PS3.19\/models\/NativeDICOM" xml:space="preserve">(.*)<\/NativeDicomModel>$/s.exec(
        document.xml,
      )?.[1]
    : document.reason;
};

test('each attribute has its tag, VR and keyword, each value its number', () =>
  expect(
    inside({ '00080061': { vr: 'CS', Value: ['CT', null, 'MR'] }, '00080050': { vr: 'SH' } }),
  ).toBe(
    '<DicomAttribute tag="00080050" vr="SH" keyword="AccessionNumber"></DicomAttribute>' +
      '<DicomAttribute tag="00080061" vr="CS" keyword="ModalitiesInStudy"><Value number="1">CT</Value><Value number="2"></Value><Value number="3">MR</Value></DicomAttribute>',
  ));

test('a person name is given by components', () =>
  expect(
    inside({
      '00100010': {
        vr: 'PN',
        Value: [{ Alphabetic: 'Yamada^Tarou^^Dr', Ideographic: '山田^太郎' }],
      },
    }),
  ).toBe(
    '<DicomAttribute tag="00100010" vr="PN" keyword="PatientName"><PersonName number="1"><Alphabetic><FamilyName>Yamada</FamilyName><GivenName>Tarou</GivenName><NamePrefix>Dr</NamePrefix></Alphabetic><Ideographic><FamilyName>山田</FamilyName><GivenName>太郎</GivenName></Ideographic></PersonName></DicomAttribute>',
  ));

test('sequences hold items, binary values are inline or elsewhere', () =>
  expect(
    inside({
      '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1.2'] } }, {}] },
      '00420011': { vr: 'OB', InlineBinary: 'AAA=' },
      '7FE00010': { vr: 'OW', BulkDataURI: 'http://a/?b&c' },
    }),
  ).toBe(
    '<DicomAttribute tag="00081199" vr="SQ" keyword="ReferencedSOPSequence"><Item number="1"><DicomAttribute tag="00081155" vr="UI" keyword="ReferencedSOPInstanceUID"><Value number="1">1.2</Value></DicomAttribute></Item><Item number="2"></Item></DicomAttribute>' +
      '<DicomAttribute tag="00420011" vr="OB" keyword="EncapsulatedDocument"><InlineBinary>AAA=</InlineBinary></DicomAttribute>' +
      '<DicomAttribute tag="7FE00010" vr="OW" keyword="PixelData"><BulkData uri="http://a/?b&amp;c"/></DicomAttribute>',
  ));

test('a private element is named by its creator, without its block', () =>
  expect(
    inside({
      '00091001': { vr: 'LO', Value: ['x'] },
      '00090010': { vr: 'LO', Value: ['ACME'] },
      '00091101': { vr: 'UN' },
    }),
  ).toBe(
    '<DicomAttribute tag="00090010" vr="LO"><Value number="1">ACME</Value></DicomAttribute>' +
      '<DicomAttribute tag="00090001" vr="LO" privateCreator="ACME"><Value number="1">x</Value></DicomAttribute>' +
      '<DicomAttribute tag="00091101" vr="UN"></DicomAttribute>',
  ));

test('what XML cannot carry is escaped or replaced', () =>
  expect(inside({ '00100020': { vr: 'LO', Value: ['<a&"\u0000\u001b\ud800\r>'] } })).toBe(
    '<DicomAttribute tag="00100020" vr="LO" keyword="PatientID"><Value number="1">&lt;a&amp;&quot;\ufffd\ufffd\ufffd&#13;&gt;</Value></DicomAttribute>',
  ));

test('length and depth have bounds', () => {
  const wide: DicomJson = {
    '00100020': { vr: 'LO', Value: Array.from({ length: 1000 }, () => 'x') },
  };
  expect(dicomXml(wide, { ...XML_BOUNDS, charactersMax: 500 })).toEqual({
    ok: false,
    reason: 'too-long',
  });
  let deep: DicomJson = {};
  for (let i = 0; i < 100; i++) deep = { '00081199': { vr: 'SQ', Value: [deep] } };
  expect(dicomXml(deep)).toEqual({ ok: false, reason: 'too-deep' });
});
