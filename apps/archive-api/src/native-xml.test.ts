import { expect, test } from 'vitest';
import { nativeXml } from './native-xml.js';

const inside = (xml: string) => /xml:space="preserve">(.*)<\/NativeDicomModel>$/.exec(xml)?.[1];

test('attributes stand in tag order with keyword and numbered values', () =>
  expect(
    inside(
      nativeXml({
        '00280010': { vr: 'US', Value: [512] },
        '00080008': { vr: 'CS', Value: ['DERIVED', null] },
      }),
    ),
  ).toBe(
    '<DicomAttribute tag="00080008" vr="CS" keyword="ImageType"><Value number="1">DERIVED</Value><Value number="2"></Value></DicomAttribute>' +
      '<DicomAttribute tag="00280010" vr="US" keyword="Rows"><Value number="1">512</Value></DicomAttribute>',
  ));
test('a person name is given by its components', () =>
  expect(
    inside(nativeXml({ '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Doe^A&B^^Dr' }] } })),
  ).toContain(
    '<PersonName number="1"><Alphabetic><FamilyName>Doe</FamilyName><GivenName>A&amp;B</GivenName><NamePrefix>Dr</NamePrefix></Alphabetic></PersonName>',
  ));
test('sequences hold items', () =>
  expect(
    inside(
      nativeXml({ '00081199': { vr: 'SQ', Value: [{ '00081155': { vr: 'UI', Value: ['1'] } }] } }),
    ),
  ).toContain('<Item number="1"><DicomAttribute tag="00081155"'));
test('a private element names its creator instead of its block', () =>
  expect(
    inside(
      nativeXml({
        '00091001': { vr: 'LO', Value: ['x'] },
        '00090010': { vr: 'LO', Value: ['ACME "1"'] },
      }),
    ),
  ).toContain('<DicomAttribute tag="00090001" vr="LO" privateCreator="ACME &quot;1&quot;">'));
test('bulk data and inline binary have their own elements', () => {
  const xml = inside(
    nativeXml({
      '7FE00010': { vr: 'OW', BulkDataURI: 'http://h/b?a&c' },
      '00282000': { vr: 'OB', InlineBinary: 'AAAA' },
    }),
  );
  expect(xml).toContain('<BulkData uri="http://h/b?a&amp;c"/>');
  expect(xml).toContain('<InlineBinary>AAAA</InlineBinary>');
});
