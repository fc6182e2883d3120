import { beforeAll, describe, expect, test } from 'vitest';
import { type DicomJson, firstOf } from '../acceptance/ask.js';
import { readDicom } from '../acceptance/read-dicom.js';
import { type Check, jsonOf, judge } from './check.js';
import { type Face, faceOf, type Seen } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { OBJECTS, PDF } from './objects.js';
import { partsOf } from './parts.js';
import { type SentPart, storing } from './store-body.js';

const CT = '1.2.840.10008.5.1.4.1.1.2';
const SECONDARY_CAPTURE = '1.2.840.10008.5.1.4.1.1.7';
const ENCAPSULATED_PDF = '1.2.840.10008.5.1.4.1.1.104.1';
const JPEG = '1.2.840.10008.1.2.4.50';
const JSON_TYPE = 'application/dicom+json';
const XML_TYPE = 'application/dicom+xml';
const PIXELS = Buffer.from(Uint16Array.from({ length: 64 }, (_, index) => index * 3).buffer);

type Attribute = Readonly<{
  vr: string;
  Value?: readonly unknown[];
  BulkDataURI?: string;
  InlineBinary?: string;
}>;
type Model = Readonly<Record<string, Attribute>>;

const value = (vr: string, ...Value: unknown[]): Attribute => ({ vr, Value });
const rootOf = (number: number) => `1.2.85.${number}`;
const pathOf = (number: number) =>
  `/studies/${rootOf(number)}/series/${rootOf(number)}.1/instances/${rootOf(number)}.1.1`;

/** An image of 8 × 8 pixels of 16 bits, its pixels under the address `bulk/<number>`. */
const image = (number: number, change: Model = {}): Model => ({
  '00080005': value('CS', 'ISO_IR 192'),
  '00080016': value('UI', CT),
  '00080018': value('UI', `${rootOf(number)}.1.1`),
  '00080020': value('DA', '20260303'),
  '00080060': value('CS', 'CT'),
  '00100010': value('PN', { Alphabetic: 'Müller^Änne', Ideographic: '山田^太郎' }),
  '00100020': value('LO', `META-${number}`),
  '0020000D': value('UI', rootOf(number)),
  '0020000E': value('UI', `${rootOf(number)}.1`),
  '00200013': value('IS', 1),
  '00280002': value('US', 1),
  '00280004': value('CS', 'MONOCHROME2'),
  '00280010': value('US', 8),
  '00280011': value('US', 8),
  '00280100': value('US', 16),
  '00280101': value('US', 16),
  '00280102': value('US', 15),
  '00280103': value('US', 0),
  '00281050': value('DS', 40.5),
  '00400275': value('SQ', { '00400009': value('SH', 'STEP'), '00401001': value('SH', 'PROC') }),
  '7FE00010': { vr: 'OW', BulkDataURI: `bulk/${number}` },
  ...change,
});

const jsonPart = (...models: readonly Model[]): SentPart => ({
  lines: [`Content-Type: ${JSON_TYPE}`],
  body: Buffer.from(JSON.stringify(models)),
});
const bulkPart = (
  location: string,
  body: Uint8Array,
  type = 'application/octet-stream',
): SentPart => ({
  lines: [`Content-Type: ${type}`, `Content-Location: ${location}`],
  body,
});
const json = (parts: readonly SentPart[], path?: string) =>
  storing(parts, { type: JSON_TYPE }, path);
const good = (number: number) =>
  json([jsonPart(image(number)), bulkPart(`bulk/${number}`, PIXELS)]);

const xmlOf = (number: number) => `<?xml version="1.0" encoding="UTF-8"?>
<NativeDicomModel xmlns="http://dicom.nema.org/PS3.19/models/NativeDICOM">
${Object.entries(image(number))
  .map(([tag, attribute]) => xmlAttribute(tag, attribute))
  .join('\n')}
</NativeDicomModel>`;

function xmlAttribute(tag: string, { vr, Value = [], BulkDataURI }: Attribute): string {
  const inner =
    BulkDataURI === undefined
      ? Value.map((one, at) => xmlValue(vr, one, at + 1)).join('')
      : `<BulkData uri="${BulkDataURI}"/>`;
  return `<DicomAttribute tag="${tag}" vr="${vr}">${inner}</DicomAttribute>`;
}

function xmlValue(vr: string, one: unknown, number: number): string {
  if (vr === 'SQ') {
    const inner = Object.entries(one as Model).map(([tag, attribute]) =>
      xmlAttribute(tag, attribute),
    );
    return `<Item number="${number}">${inner.join('')}</Item>`;
  }
  if (vr !== 'PN') return `<Value number="${number}">${one}</Value>`;
  const groups = Object.entries(one as Record<string, string>).map(([group, text]) => {
    const [family, given] = text.split('^');
    return `<${group}><FamilyName>${family}</FamilyName><GivenName>${given}</GivenName></${group}>`;
  });
  return `<PersonName number="${number}">${groups.join('')}</PersonName>`;
}

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.metadata);
});
const told = ({ body }: Seen) => body.toString('latin1', 0, 500);
const fileOf = async (number: number, syntax = '*') =>
  (await face.ask({ path: pathOf(number), accept: `application/dicom; transfer-syntax=${syntax}` }))
    .body;
const metadataOf = async (number: number) =>
  jsonOf<DicomJson[]>(await face.ask(`${pathOf(number)}/metadata`))[0] as DicomJson;

async function isWhole(number: number): Promise<void> {
  expect(readDicom(await fileOf(number)).pixels[0]).toEqual(PIXELS);
  const metadata = await metadataOf(number);
  expect(metadata['00100010']?.Value).toEqual([
    { Alphabetic: 'Müller^Änne', Ideographic: '山田^太郎' },
  ]);
  expect(metadata['00281050']?.Value?.map(Number)).toEqual([40.5]);
  const [item] = (metadata['00400275']?.Value ?? []) as DicomJson[];
  expect(firstOf(item, '00400009')).toBe('STEP');
}

describe('10.5.1.4 Store of metadata and bulk data', () => {
  test('10.5.4: metadata as JSON with their bulk data', async () => {
    const seen = await face.ask(good(1));
    expect(seen.status, told(seen)).toBe(200);
    await isWhole(1);
  });
  test('10.5.4: metadata as XML with their bulk data', async () => {
    const parts = [
      { lines: [`Content-Type: ${XML_TYPE}`], body: Buffer.from(xmlOf(2)) },
      bulkPart('bulk/2', PIXELS),
    ];
    const seen = await face.ask(storing(parts, { type: XML_TYPE }));
    expect(seen.status, told(seen)).toBe(200);
    await isWhole(2);
  });
  test('10.5.1.4: several instances in one array', async () => {
    const seen = await face.ask(
      json([jsonPart(image(3), image(4)), bulkPart('bulk/3', PIXELS), bulkPart('bulk/4', PIXELS)]),
    );
    expect(seen.status, told(seen)).toBe(200);
    await isWhole(3);
    await isWhole(4);
  });
  test('F.2.7: pixels that stand in the metadata', async () => {
    const model = image(5, { '7FE00010': { vr: 'OW', InlineBinary: PIXELS.toString('base64') } });
    const seen = await face.ask(json([jsonPart(model)]));
    expect(seen.status, told(seen)).toBe(200);
    await isWhole(5);
  });
  test('10.5.2: JPEG pixels stay JPEG', async () => {
    const retrieve = await faceOf(HOSPITALS.retrieve);
    const accept = `multipart/related; type="image/jpeg"; transfer-syntax=${JPEG}`;
    const [frame] = partsOf(
      await retrieve.ask({ path: `${OBJECTS.jpeg.instance}/frames/1`, accept }),
    );
    const colour = {
      '00280002': value('US', 3),
      '00280004': value('CS', 'YBR_FULL_422'),
      '00280006': value('US', 0),
    };
    const bytes = {
      '00280100': value('US', 8),
      '00280101': value('US', 8),
      '00280102': value('US', 7),
    };
    const size = {
      '00280010': value('US', 240),
      '00280011': value('US', 320),
      '00080016': value('UI', SECONDARY_CAPTURE),
    };
    const model = image(6, {
      ...colour,
      ...bytes,
      ...size,
      '7FE00010': { vr: 'OB', BulkDataURI: 'bulk/6' },
    });
    const seen = await face.ask(
      json([
        jsonPart(model),
        bulkPart('bulk/6', frame?.body as Buffer, `image/jpeg; transfer-syntax=${JPEG}`),
      ]),
    );
    expect(seen.status, told(seen)).toBe(200);
    expect(readDicom(await fileOf(6)).transferSyntax).toBe(JPEG);
    const [again] = partsOf(await face.ask({ path: `${pathOf(6)}/frames/1`, accept }));
    expect(again?.body.subarray(0, frame?.body.length)).toEqual(frame?.body);
  });
  test('10.5.1.4: an encapsulated document by its own type', async () => {
    const image7 = Object.entries(image(7)).filter(([tag]) => !/^0028|^7FE0/.test(tag));
    const model: Model = {
      ...Object.fromEntries(image7),
      '00080016': value('UI', ENCAPSULATED_PDF),
      '00420011': { vr: 'OB', BulkDataURI: 'bulk/7' },
      '00420012': value('LO', 'application/pdf'),
    };
    const seen = await face.ask(
      json([jsonPart(model), bulkPart('bulk/7', PDF, 'application/pdf')]),
    );
    expect(seen.status, told(seen)).toBe(200);
    const { body } = await face.ask({
      path: `${pathOf(7)}/bulkdata/00420011`,
      accept: 'application/octet-stream',
    });
    expect(body.subarray(0, PDF.length)).toEqual(PDF);
  });
  test('10.5.2: the same request again is a success and no second instance', async () => {
    expect((await face.ask(good(8))).status).toBe(200);
    expect((await face.ask(good(8))).status).toBe(200);
    expect(jsonOf<unknown[]>(await face.ask(`/studies/${rootOf(8)}/instances`))).toHaveLength(1);
  });
  test('10.5.3.1: an instance whose bulk data are missing fails, the other is kept', async () => {
    const seen = await face.ask(json([jsonPart(image(9), image(10)), bulkPart('bulk/10', PIXELS)]));
    expect(seen.status, told(seen)).toBe(202);
    expect(jsonOf<DicomJson>(seen)['00081198']?.Value).toHaveLength(1);
    await isWhole(10);
    expect((await face.ask(pathOf(9))).status).toBe(404);
  });

  const refused = { status: [400, 409] };
  const deep = `${'{"00400275":{"vr":"SQ","Value":['.repeat(20_000)}${']}}'.repeat(20_000)}`;
  const text = (body: string, type = JSON_TYPE): SentPart => ({
    lines: [`Content-Type: ${type}`],
    body: Buffer.from(body),
  });
  const xml = (body: string) => storing([text(body, XML_TYPE)], { type: XML_TYPE });
  const entities = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${Array.from({ length: 20 }, (_, at) => `<!ENTITY a${at} "${`&a${at === 0 ? '' : at - 1};`.repeat(10)}">`).join('')}]>`;
  const REFUSED: readonly Check[] = [
    [
      '10.5.3.1',
      'an instance of another study',
      json([jsonPart(image(20)), bulkPart('bulk/20', PIXELS)], '/studies/1.2.3'),
      { status: 409 },
    ],
    ['10.5.3.1', 'bulk data are missing', json([jsonPart(image(21))]), { status: 409 }],
    ['10.5.3.1', 'JSON that is cut off', json([text('[{"00080016":')]), refused],
    ['F.2.2', 'JSON that is no array of objects', json([text('"CT"')]), refused],
    [
      'F.2.2',
      'a tag that is none',
      json([jsonPart(image(22, { Bogus: value('LO', 'x') })), bulkPart('bulk/22', PIXELS)]),
      refused,
    ],
    [
      'F.2.3',
      'a VR that is none',
      json([jsonPart(image(23, { '00102000': value('ZZ', 'x') })), bulkPart('bulk/23', PIXELS)]),
      refused,
    ],
    [
      'F.2.3',
      'a number that is none',
      json([jsonPart(image(24, { '00280010': value('US', 'many') })), bulkPart('bulk/24', PIXELS)]),
      refused,
    ],
    [
      'F.2.7',
      'base 64 that is none',
      json([jsonPart(image(25, { '7FE00010': { vr: 'OW', InlineBinary: '***' } }))]),
      refused,
    ],
    [
      'PS3.5 9',
      'a UID that is a path',
      json([
        jsonPart(image(26, { '0020000D': value('UI', '../../etc') })),
        bulkPart('bulk/26', PIXELS),
      ]),
      refused,
    ],
    [
      'PS3.5 9',
      'no UID at all',
      json([jsonPart(image(27, { '00080018': { vr: 'UI' } })), bulkPart('bulk/27', PIXELS)]),
      refused,
    ],
    [
      'F.2.2',
      '20,000 sequences in each other',
      json([text(`[${deep}]`)]),
      { status: [400, 409, 413] },
    ],
    ['PS3.19 A.1', 'XML that is cut off', xml('<NativeDicomModel><DicomAttribute'), refused],
    ['PS3.19 A.1', 'XML that is something else', xml('<html/>'), refused],
    [
      'PS3.19 A.1',
      'XML with entities of entities',
      xml(`${entities}<NativeDicomModel>&a19;</NativeDicomModel>`),
      { status: [400, 409, 413] },
    ],
    [
      'PS3.19 A.1',
      'XML that names a file',
      xml(
        '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><NativeDicomModel>&f;</NativeDicomModel>',
      ),
      refused,
    ],
  ];
  judge(() => face, REFUSED);
  test('10.5.3.1: what was refused is not kept', async () => {
    for (let number = 20; number < 28; number += 1)
      expect((await face.ask(`/studies/${rootOf(number)}/metadata`)).status).toBe(404);
  });
});
