import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { DicomJson } from '#dicom/dicom-json';
import { frameIndexOf } from '#dicom/frame-index';
import { readHeader } from '#dicom/read-header';
import { dicomXml } from '#dicomweb/dicom-xml';
import {
  multipartBody,
  type Part,
  type WorkingArchive,
  workingArchive,
} from './working-archive.js';

const JSON_TYPE = 'application/dicom+json';
const XML_TYPE = 'application/dicom+xml';
const OCTETS = 'application/octet-stream';
const CANNOT_UNDERSTAND = 0xc000;
const NOT_SUPPORTED = 0xc122;
const TOO_LARGE = 0xa700;
const PIXELS = Buffer.alloc(128, 7);

let archive: WorkingArchive;
beforeAll(async () => {
  archive = await workingArchive();
});
afterAll(() => archive.close());

const ct = (study: string, number = 1, change: DicomJson = {}): DicomJson => ({
  '00080016': { vr: 'UI', Value: ['1.2.840.10008.5.1.4.1.1.2'] },
  '00080018': { vr: 'UI', Value: [`${study}.1.${number}`] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Müller^Änne' }] },
  '00100020': { vr: 'LO', Value: ['P1'] },
  '0020000D': { vr: 'UI', Value: [study] },
  '0020000E': { vr: 'UI', Value: [`${study}.1`] },
  '00200013': { vr: 'IS', Value: [number] },
  '00280002': { vr: 'US', Value: [1] },
  '00280004': { vr: 'CS', Value: ['MONOCHROME2'] },
  '00280010': { vr: 'US', Value: [8] },
  '00280011': { vr: 'US', Value: [8] },
  '00280100': { vr: 'US', Value: [16] },
  '00280101': { vr: 'US', Value: [16] },
  '00280102': { vr: 'US', Value: [15] },
  '00280103': { vr: 'US', Value: [0] },
  '7FE00010': { vr: 'OW', BulkDataURI: `pixels/${number}` },
  ...change,
});
const json = (...dataSets: readonly unknown[]): Part => ({
  headers: { 'Content-Type': JSON_TYPE },
  body: JSON.stringify(dataSets),
});
const xml = (dataSet: DicomJson): Part => {
  const written = dicomXml(dataSet);
  return { headers: { 'Content-Type': XML_TYPE }, body: written.ok ? written.xml : '' };
};
const bulk = (location: string, body: Buffer = PIXELS, type = OCTETS): Part => ({
  headers: { 'Content-Type': type, 'Content-Location': location },
  body,
});

const moduleOf = async (answer: Response) => (await answer.json()) as DicomJson;
const reasonsIn = (module: DicomJson) =>
  [...(module['00081198']?.Value ?? []), ...(module['0008119A']?.Value ?? [])].map((item) => {
    const failed = item as DicomJson;
    return [failed['00081155']?.Value?.[0], failed['00081197']?.Value?.[0]];
  });
const stored = async (study: string, number = 1) => {
  const path = `/studies/${study}/series/${study}.1/instances/${study}.1.${number}`;
  const headers = { accept: 'application/dicom; transfer-syntax=*' };
  const answer = await archive.ask(path, { headers }, 'radiologist');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(answer.status).toBe(200);
  const read = await readHeader({
    length: bytes.length,
    read: async (start, end) => bytes.subarray(start, end),
  });
  if (!read.ok) throw new Error(read.error.reason);
  return { bytes, header: read.header };
};
/** Landing packs that no job names. */
const unnamedPacks = async () => {
  const keys: string[] = [];
  for await (const { key } of archive.core.store.list('packs/landing/')) keys.push(key);
  const { rows } = await archive.core.pool.query<{ packs: string }>(
    'select packs from ingest_jobs',
  );
  return keys.filter((key) => !rows.some(({ packs }) => packs.includes(key)));
};

describe.each<[string, (dataSet: DicomJson) => Part]>([
  [JSON_TYPE, json],
  [XML_TYPE, xml],
])('a store of %s with bulk data', (type, metadata) => {
  const study = type === JSON_TYPE ? '1.2.100' : '1.2.101';
  test('becomes a file that says what the metadata said, with the pixels of the part', async () => {
    const before = await unnamedPacks();
    const answer = await archive.store(type, [metadata(ct(study)), bulk('pixels/1')]);
    expect(answer.status).toBe(200);
    const { bytes, header } = await stored(study);
    const { '7FE00010': _, ...sent } = ct(study);
    expect(header.dataSet).toMatchObject({ ...sent, '00080005': { Value: ['ISO_IR 192'] } });
    expect(bytes.subarray(-PIXELS.length)).toEqual(PIXELS);
    expect(header.transferSyntax).toBe('1.2.840.10008.1.2.1');
    expect(await unnamedPacks()).toEqual(before);
  });
  test('sent again joins the first, and is the same bytes under another request', async () => {
    const parts = [metadata(ct(study)), bulk('pixels/1')];
    const before = await archive.core.pool.query('select 1 from ingest_jobs');
    expect((await archive.store(type, parts)).status).toBe(200);
    const after = await archive.core.pool.query('select 1 from ingest_jobs');
    expect(after.rowCount).toBe(before.rowCount);
    const other = await archive.store(type, [
      ...parts,
      metadata(ct(`${study}.9`, 2)),
      bulk('pixels/2'),
    ]);
    expect(other.status).toBe(200);
  });
});

test('several instances come in one list, their bulk data in any order and by relative or whole addresses', async () => {
  const whole = 'http://arkim.invalid/pixels/2';
  const parts = [json(ct('1.2.102', 1), ct('1.2.102', 2)), bulk(whole), bulk('pixels/1')];
  const answer = await archive.store(JSON_TYPE, parts);
  expect(answer.status).toBe(200);
  expect((await moduleOf(answer))['00081199']?.Value).toHaveLength(2);
});
test('metadata without bulk data, and with bytes inline, is a store too', async () => {
  const inline = { vr: 'OW', InlineBinary: PIXELS.toString('base64') };
  const answer = await archive.store(JSON_TYPE, [json(ct('1.2.103', 1, { '7FE00010': inline }))]);
  expect(answer.status).toBe(200);
  expect((await stored('1.2.103')).bytes.subarray(-PIXELS.length)).toEqual(PIXELS);
});
test('a root of bulk data is taken where the metadata says what it is', async () => {
  const answer = await archive.store(OCTETS, [json(ct('1.2.104')), bulk('pixels/1')]);
  expect(answer.status).toBe(200);
});
test('an encapsulated document keeps the bytes of its own media type', async () => {
  const document = { vr: 'OB', BulkDataURI: 'doc' };
  const { '7FE00010': _, ...others } = ct('1.2.105', 1, { '00420011': document });
  const pdf = Buffer.from('%PDF-1.7 odd');
  const answer = await archive.store(JSON_TYPE, [
    json(others),
    bulk('doc', pdf, 'application/pdf'),
  ]);
  expect(answer.status).toBe(200);
  expect((await stored('1.2.105')).bytes.subarray(-pdf.length)).toEqual(pdf);
});

describe('compressed pixels', () => {
  const framesOf = async (study: string) => {
    const { bytes, header } = await stored(study);
    const index = frameIndexOf(header);
    const frames =
      index.ok && index.frameIndex.kind === 'encapsulated'
        ? index.frameIndex.frames.map((ranges) =>
            ranges.map(([at, length]) => bytes.subarray(at, at + length).toString('latin1')),
          )
        : undefined;
    return { transferSyntax: header.transferSyntax, frames };
  };
  const send = (study: string, frames: number, parts: readonly Part[]) =>
    archive.store(JSON_TYPE, [
      json(ct(study, 1, { '00280008': { vr: 'IS', Value: [frames] } })),
      ...parts,
    ]);
  test.each([
    ['image/dicom-rle', '1.2.840.10008.1.2.5'],
    ['image/x-dicom-rle', '1.2.840.10008.1.2.5'],
    ['image/jpeg', '1.2.840.10008.1.2.4.70'],
    ['image/jpeg; transfer-syntax=1.2.840.10008.1.2.4.51', '1.2.840.10008.1.2.4.51'],
    ['image/jls', '1.2.840.10008.1.2.4.80'],
    ['image/jp2', '1.2.840.10008.1.2.4.90'],
    ['image/jphc', '1.2.840.10008.1.2.4.201'],
    ['video/mp4', '1.2.840.10008.1.2.4.102'],
    ['application/octet-stream; transfer-syntax=1.2.840.10008.1.2.5', '1.2.840.10008.1.2.5'],
  ])('of %s are stored as %s', async (type, transferSyntax) => {
    const digest = createHash('sha256').update(type).digest().readUInt32LE();
    const study = `1.2.110.${digest}`;
    const answer = await send(study, 1, [bulk('pixels/1', Buffer.from('abc'), type)]);
    expect(answer.status).toBe(200);
    expect(await framesOf(study)).toEqual({ transferSyntax, frames: [['abc\0']] });
  });
  test('come one part for each frame', async () => {
    const parts = ['one', 'two!', 'three'].map((text) =>
      bulk('pixels/1', Buffer.from(text), 'image/dicom-rle'),
    );
    expect((await send('1.2.111', 3, parts)).status).toBe(200);
    expect((await framesOf('1.2.111')).frames).toEqual([['one\0'], ['two!'], ['three\0']]);
  });
  test('of a single frame may come in fragments', async () => {
    const parts = ['frag', 'ment'].map((text) => bulk('pixels/1', Buffer.from(text), 'image/jp2'));
    expect((await send('1.2.112', 1, parts)).status).toBe(200);
    expect((await framesOf('1.2.112')).frames).toEqual([['frag', 'ment']]);
  });
  test('tell by their head what they are and how large', async () => {
    const head = Buffer.from('ffd8ffc0000b080010002001011100ffda0008010100003f00aa', 'hex');
    const { '00280010': _, '00280011': __, '00280100': ___, ...bare } = ct('1.2.113');
    const answer = await archive.store(JSON_TYPE, [
      json(bare),
      bulk('pixels/1', head, 'image/jpeg'),
    ]);
    expect(answer.status).toBe(200);
    const { header } = await stored('1.2.113');
    expect(header.transferSyntax).toBe('1.2.840.10008.1.2.4.50');
    expect(header.dataSet).toMatchObject({
      '00280010': { Value: [16] },
      '00280011': { Value: [32] },
      '00280100': { Value: [8] },
    });
  });
  test.each<[string, number, readonly [string, string][], number]>([
    [
      'a number of parts that is not the number of frames',
      3,
      [
        ['a', 'image/jls'],
        ['b', 'image/jls'],
      ],
      CANNOT_UNDERSTAND,
    ],
    ['a media type that no transfer syntax has', 1, [['a', 'image/png']], NOT_SUPPORTED],
    [
      'frames of two media types',
      2,
      [
        ['a', 'image/jls'],
        ['b', 'image/jp2'],
      ],
      NOT_SUPPORTED,
    ],
    [
      'big endian pixels',
      1,
      [['a', 'application/octet-stream; transfer-syntax=1.2.840.10008.1.2.2']],
      NOT_SUPPORTED,
    ],
    [
      'uncompressed pixels in two parts',
      2,
      [
        ['a', OCTETS],
        ['b', OCTETS],
      ],
      CANNOT_UNDERSTAND,
    ],
  ])('with %s are refused', async (_, frames, parts, reason) => {
    const answer = await send(
      '1.2.114',
      frames,
      parts.map(([text, type]) => bulk('pixels/1', Buffer.from(text), type)),
    );
    expect(answer.status).toBe(409);
    expect(reasonsIn(await moduleOf(answer))).toEqual([['1.2.114.1.1', reason]]);
  });
});

describe('bulk data that does not fit', () => {
  test('leaves the other instances alone: 202', async () => {
    const before = await unnamedPacks();
    const parts = [json(ct('1.2.120', 1), ct('1.2.120', 2)), bulk('pixels/1')];
    const answer = await archive.store(JSON_TYPE, parts);
    expect(answer.status).toBe(202);
    const module = await moduleOf(answer);
    expect(reasonsIn(module)).toEqual([['1.2.120.1.2', CANNOT_UNDERSTAND]]);
    expect(module['00081199']?.Value).toHaveLength(1);
    expect(await unnamedPacks()).toEqual(before);
  });
  test('that nobody names is told as a failure without an instance', async () => {
    const answer = await archive.store(JSON_TYPE, [
      json(ct('1.2.121')),
      bulk('pixels/1'),
      bulk('else'),
    ]);
    expect(answer.status).toBe(202);
    expect(reasonsIn(await moduleOf(answer))).toEqual([[undefined, CANNOT_UNDERSTAND]]);
  });
  test('that two instances name is neither’s: 409', async () => {
    const twin = ct('1.2.122', 2, { '7FE00010': { vr: 'OW', BulkDataURI: 'pixels/1' } });
    const answer = await archive.store(JSON_TYPE, [json(ct('1.2.122'), twin), bulk('pixels/1')]);
    expect(answer.status).toBe(409);
    expect(reasonsIn(await moduleOf(answer))).toHaveLength(2);
  });
  test('of the world outside is never fetched', async () => {
    const away = ct('1.2.123', 1, {
      '7FE00010': { vr: 'OW', BulkDataURI: `${archive.api.url}/health/live` },
    });
    expect((await archive.store(JSON_TYPE, [json(away)])).status).toBe(409);
  });
  test.each<[string, unknown]>([
    ['an attribute that is none', ct('1.2.124', 1, { '00100020': { vr: 'LO', Value: [5] } })],
    ['no object', 5],
  ])('beside metadata with %s: 409', async (_, dataSet) =>
    expect((await archive.store(JSON_TYPE, [json(dataSet)])).status).toBe(409),
  );
});

describe('a body that is wrong as a whole', () => {
  const jobs = () => archive.core.pool.query('select 1 from ingest_jobs');
  const broken = (type: string, body: string | Buffer): readonly Part[] => [
    { headers: { 'Content-Type': type }, body },
  ];
  test.each<[string, readonly Part[], string]>([
    ['no metadata', [bulk('pixels/1')], 'no-metadata'],
    ['an empty list', [json()], 'no-metadata'],
    ['broken JSON', broken(JSON_TYPE, '[{'), 'metadata-json'],
    ['broken XML', broken(XML_TYPE, '<a>'), 'metadata-xml'],
    ['a document type', broken(XML_TYPE, '<!DOCTYPE a><a/>'), 'metadata-xml doctype'],
    ['Latin-1', broken(JSON_TYPE, Buffer.from('["\xe4"]', 'latin1')), 'metadata-encoding'],
    [
      'XML in Latin-1',
      broken(XML_TYPE, '<?xml version="1.0" encoding="latin1"?><a/>'),
      'metadata-encoding',
    ],
  ])('%s is 400 and leaves no job', async (_, parts, code) => {
    const before = await jobs();
    const answer = await archive.store(JSON_TYPE, parts);
    expect(answer.status).toBe(400);
    expect(((await answer.json()) as { detail: string }).detail).toContain(code);
    expect((await jobs()).rowCount).toBe(before.rowCount);
  });
  test('a body that ends in the middle of bulk data is 400 and leaves no job', async () => {
    const before = await jobs();
    const whole = multipartBody([json(ct('1.2.131')), bulk('pixels/1')], 'edge');
    const answer = await archive.ask('/studies', {
      method: 'POST',
      headers: { 'content-type': `multipart/related; type="${JSON_TYPE}"; boundary=edge` },
      body: whole.subarray(0, -20),
    });
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ detail: 'truncated.' });
    expect((await jobs()).rowCount).toBe(before.rowCount);
  });
  test.each(['application/dicom+cbor', 'text/plain'])('parts of %s are 415', async (type) =>
    expect((await archive.store(type, [json(ct('1.2.130'))])).status).toBe(415),
  );
});

describe('at a bound', () => {
  const receive = (change: object) => {
    const { store } = archive.api.ports;
    return { receive: { ...store.receive, ...change } };
  };
  test.each<[string, object, number]>([
    ['metadata that is too long', { metadataBytesMax: 100 }, 413],
    ['more metadata than there is room for', { metadataTogetherBytesMax: 100 }, 503],
    ['more instances than parts are allowed', { partsMax: 1 }, 413],
  ])('%s is refused', async (_, change, status) => {
    const small = await workingArchive(receive(change));
    try {
      const answer = await small.store(JSON_TYPE, [json(ct('1.2.140', 1), ct('1.2.140', 2))]);
      expect(answer.status).toBe(status);
    } finally {
      await small.close();
    }
  });
  test('bulk data or a file longer than a part may be fails alone', async () => {
    const { landing } = archive.api.ports.store.receive;
    const small = await workingArchive(receive({ landing: { ...landing, partBytesMax: 600 } }));
    try {
      const long = bulk('pixels/1', Buffer.alloc(700));
      const answer = await small.store(JSON_TYPE, [
        json(
          ct('1.2.141', 1),
          ct('1.2.141', 2, { '00104000': { vr: 'LT', Value: ['x'.repeat(700)] } }),
        ),
        long,
        bulk('pixels/2', Buffer.alloc(2)),
      ]);
      expect(reasonsIn(await moduleOf(answer))).toEqual([
        ['1.2.141.1.1', TOO_LARGE],
        ['1.2.141.1.2', TOO_LARGE],
      ]);
    } finally {
      await small.close();
    }
  });
});
