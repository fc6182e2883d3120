import { beforeAll, describe, expect, test } from 'vitest';
import { type Check, judge } from './check.js';
import { CLIENT_ERROR, multipartOf, picture, refusing, single, sized } from './expectations.js';
import { type Face, faceOf } from './face.js';
import { HOSPITALS } from './hospitals.js';
import { framePixel, OBJECTS, PDF, type Stored } from './objects.js';
import { type Picture, pictureOf } from './pictures.js';

const {
  slice,
  multiFrame,
  inverse,
  palette,
  planes,
  halfChroma,
  report,
  document,
  noPixels,
  absurd,
} = OBJECTS;
const { implicit, bigEndian, deflated, jpeg, jpeg2000, runLength, chest, emptyImage } = OBJECTS;
const JPEG = 'image/jpeg';
const PNG = 'image/png';
const GIF = 'image/gif';
const related = (type: string) => `multipart/related; type="${type}"`;

const rendered = ({ instance }: Stored, query = '') => `${instance}/rendered${query}`;
const png = (stored: Stored, query = '') => ({ path: rendered(stored, query), accept: PNG });
const pixel = (column: number, row: number, expected: readonly number[], off = 2) =>
  picture(PNG, ({ at }) => {
    for (const [channel, value] of at(column, row).entries())
      expect(
        Math.abs(value - (expected[channel] ?? 0)),
        `channel ${channel}: ${value}`,
      ).toBeLessThanOrEqual(off);
  });

const TYPES: readonly Check[] = [
  [
    '8.7.4',
    'an image is a JPEG by default',
    { path: rendered(slice), accept: '*/*' },
    picture(JPEG, sized(8, 8)),
  ],
  ['8.7.4', 'a JPEG by name', { path: rendered(slice), accept: JPEG }, picture(JPEG, sized(8, 8))],
  ['8.7.4', 'image/* is the default', { path: rendered(slice), accept: 'image/*' }, picture(JPEG)],
  ['8.7.4', 'a PNG', { path: rendered(slice), accept: PNG }, picture(PNG, sized(8, 8))],
  ['8.7.4', 'a GIF', { path: rendered(slice), accept: GIF }, picture(GIF, sized(8, 8))],
  ['8.7.4', 'a GIF of all frames', { path: rendered(multiFrame), accept: GIF }, picture(GIF)],
  [
    '8.7.8.1',
    'the heavier type',
    { path: rendered(slice), accept: `${JPEG};q=0.3, ${PNG};q=0.8` },
    picture(PNG),
  ],
  [
    '8.7.8.1',
    'the type by the address',
    { path: rendered(slice, '?accept=image/png'), accept: '*/*' },
    picture(PNG),
  ],
  [
    '8.7.4',
    'DICOM is no rendered type',
    { path: rendered(slice), accept: 'application/dicom' },
    { status: 406 },
  ],
  [
    '8.7.8.1',
    'what cannot be had is 406',
    { path: rendered(slice), accept: 'image/x-none' },
    { status: 406 },
  ],
  [
    '8.7.4',
    'a report is HTML by default',
    { path: rendered(report), accept: '*/*' },
    single('text/html', ({ body }) => expect(body.toString()).toMatch(/<html[\s>]/i)),
  ],
  [
    '8.7.4',
    'a report as HTML',
    { path: rendered(report), accept: 'text/html' },
    single('text/html'),
  ],
  [
    '8.7.4',
    'a report as plain text',
    { path: rendered(report), accept: 'text/plain' },
    single('text/plain'),
  ],
  [
    '8.7.4',
    'a document as it is',
    { path: rendered(document), accept: 'application/pdf' },
    single('application/pdf', ({ body }) => expect(body.subarray(0, PDF.length)).toEqual(PDF)),
  ],
  ['8.7.4', 'a report is no picture', { path: rendered(report), accept: JPEG }, { status: 406 }],
];

const RESOURCES: readonly Check[] = [
  [
    '10.4.1.1.3',
    'a study',
    { path: `${slice.study}/rendered`, accept: related(JPEG) },
    multipartOf(JPEG, 1),
  ],
  [
    '10.4.1.1.3',
    'a study whatever is accepted',
    { path: `${slice.study}/rendered`, accept: '*/*' },
    multipartOf(JPEG, 1),
  ],
  [
    '10.4.1.1.3',
    'a series',
    { path: `${slice.series}/rendered`, accept: related(PNG) },
    multipartOf(PNG, 1),
  ],
  [
    '10.4.4',
    'a study has no single part',
    { path: `${slice.study}/rendered`, accept: JPEG },
    { status: 406 },
  ],
  [
    '10.4.1.1.3',
    'a frame',
    { path: `${multiFrame.instance}/frames/3/rendered`, accept: PNG },
    picture(PNG, sized(4, 4)),
  ],
  [
    '10.4.1.1.3',
    'frames',
    { path: `${multiFrame.instance}/frames/1,3/rendered`, accept: related(PNG) },
    multipartOf(PNG, 2),
  ],
  [
    '10.4.4',
    'frames have no single part',
    { path: `${multiFrame.instance}/frames/1,3/rendered`, accept: PNG },
    { status: 406 },
  ],
  [
    '10.4.3.1',
    'a frame beyond the last is 404',
    `${multiFrame.instance}/frames/6/rendered`,
    { status: 404 },
  ],
  [
    '10.4.3.1',
    'frame 0 is 400 or 404',
    `${multiFrame.instance}/frames/0/rendered`,
    { status: [400, 404] },
  ],
  ['10.4.3.1', 'an unknown study is 404', '/studies/1.2.3.4/rendered', { status: 404 }],
  [
    '10.4.3.1',
    'an unknown instance is 404',
    `${slice.series}/instances/1.2.3/rendered`,
    { status: 404 },
  ],
  ['10.4.3.1', 'an object without pixels', rendered(noPixels), CLIENT_ERROR],
  [
    '10.4.3.1',
    'an image that claims 65,535 × 65,535 pixels and has 64',
    rendered(absurd),
    CLIENT_ERROR,
  ],
  ['10.4.3.1', 'an image of no rows', rendered(emptyImage), CLIENT_ERROR],
];

const SOURCES: readonly Check[] = (
  [
    ['Implicit VR', implicit, 512, 512],
    ['Big Endian', bigEndian, 8, 8],
    ['deflated', deflated, 8, 8],
    ['JPEG 2000', jpeg2000, 640, 480],
    ['RLE', runLength, 64, 64],
  ] as const
).map(([name, stored, width, height]) => [
  '10.4.3.3.3',
  `${name} can be seen`,
  png(stored),
  picture(PNG, sized(width, height)),
]);

const PIXELS: readonly Check[] = [
  [
    'PS3.3 C.11.2.1.2',
    'the window of the data set: black below',
    png(slice),
    pixel(0, 0, [0, 0, 0]),
  ],
  [
    'PS3.3 C.11.2.1.2',
    'the window of the data set: white above',
    png(slice),
    pixel(7, 7, [255, 255, 255]),
  ],
  [
    'PS3.3 C.11.2.1.2',
    'the window of the data set: grey between',
    png(slice),
    pixel(0, 4, [130, 130, 130]),
  ],
  ['PS3.3 C.7.6.3.1.2', 'MONOCHROME1 is inverse', png(inverse), pixel(0, 0, [255, 255, 255])],
  [
    'PS3.3 C.7.6.3.1.2',
    'MONOCHROME1 is inverse at the other end',
    png(inverse),
    pixel(7, 7, [0, 0, 0]),
  ],
  ['PS3.3 C.7.6.3.1.2', 'a palette', png(palette), pixel(2, 2, [200, 55, 128])],
  ['PS3.3 C.7.6.3.1.3', 'colour by plane', png(planes), pixel(1, 1, [255, 0, 0])],
  ['PS3.3 C.7.6.3.1.2', 'half chrominance', png(halfChroma), pixel(3, 1, [238, 14, 14], 4)],
  [
    '8.3.5.1.4',
    'a window of the request: all black',
    png(slice, '?window=3000,10,linear'),
    pixel(7, 7, [0, 0, 0]),
  ],
  [
    '8.3.5.1.4',
    'a window of the request: all white',
    png(slice, '?window=-100,10,linear'),
    pixel(0, 0, [255, 255, 255]),
  ],
  [
    '8.3.5.1.4',
    'linear-exact',
    png(slice, '?window=512,1024,linear-exact'),
    pixel(0, 4, [128, 128, 128]),
  ],
  [
    '8.3.5.1.4',
    'sigmoid is half at its centre',
    png(slice, '?window=512,400,sigmoid'),
    pixel(0, 4, [128, 128, 128]),
  ],
];

const VIEWPORTS: readonly Check[] = [
  [
    '8.3.5.1.3',
    'as large as the viewport',
    png(slice, '?viewport=32,32'),
    picture(PNG, sized(32, 32)),
  ],
  ['8.3.5.1.3', 'smaller', png(slice, '?viewport=4,4'), picture(PNG, sized(4, 4))],
  [
    '8.3.5.1.3',
    'the aspect ratio stays',
    png(slice, '?viewport=64,16'),
    picture(PNG, sized(16, 16)),
  ],
  ['8.3.5.1.3', 'a region', png(slice, '?viewport=4,2,0,0,4,2'), picture(PNG, sized(4, 2))],
  [
    '8.3.5.1.3',
    'left out values have their defaults',
    png(slice, '?viewport=4,4,,,4,4'),
    picture(PNG, sized(4, 4)),
  ],
  [
    '8.3.5.1.3',
    'a negative width flips',
    png(slice, '?viewport=8,8,0,0,-8,8'),
    pixel(7, 0, [0, 0, 0], 3),
  ],
  [
    '8.3.5.1.3',
    'a negative height flips',
    png(slice, '?viewport=8,8,0,0,8,-8'),
    pixel(0, 7, [0, 0, 0], 3),
  ],
];

/* Values that are not valid (§8.3): 400, and the parameter is named. */
const BAD: readonly (readonly [paragraph: string, name: string, value: string])[] = [
  ...[
    '0,8',
    '8,0',
    '100000,100000',
    '8',
    'a,b',
    '8,8,8,8,8,8,8',
    '-8,8',
    '8.5,8',
    '8,8,9,9,1,1',
    '8,8,0,0,0,0',
    '',
  ].map((value) => ['8.3.5.1.3', 'viewport', value] as const),
  ...[
    '512',
    '512,1024',
    '512,1024,curved',
    'a,1024,linear',
    '512,b,linear',
    '512,0,linear',
    '512,-5,linear',
    '512,1024,linear,1',
    'NaN,1,linear',
    '1e999,1,linear',
    '',
  ].map((value) => ['8.3.5.1.4', 'window', value] as const),
  ...['0', '101', '-1', '50.5', 'best', ''].map(
    (value) => ['8.3.5.1.2', 'quality', value] as const,
  ),
  ['8.3.5.1.1', 'annotation', ''],
  ['8.3.5.1.5', 'iccprofile', 'cmyk'],
];

const OTHERS: readonly Check[] = [
  ['8.3', 'an unknown parameter is ignored', png(slice, '?colour=red'), picture(PNG)],
  ['8.3.5.1.2', 'quality 1', { path: rendered(chest, '?quality=1'), accept: JPEG }, picture(JPEG)],
  [
    '8.3.5.1.2',
    'quality 100',
    { path: rendered(chest, '?quality=100'), accept: JPEG },
    picture(JPEG),
  ],
  [
    '8.3.5.1.1',
    'an annotation is burnt in, or a warning says that it is not',
    png(slice, '?annotation=patient,technique'),
    { status: 200 },
  ],
  [
    '8.3.5.1.1',
    'an annotation that is no keyword',
    png(slice, '?annotation=1%202'),
    refusing('annotation'),
  ],
  ['8.3.5.1.5', 'no colour profile', png(slice, '?iccprofile=no'), picture(PNG)],
  [
    '8.3.5.1.5',
    'a profile in a GIF, that cannot hold one',
    { path: rendered(slice, '?iccprofile=yes'), accept: GIF },
    refusing('iccprofile'),
  ],
];

let face: Face;
beforeAll(async () => {
  face = await faceOf(HOSPITALS.retrieve);
});

describe('10.4.1.1.3 Rendered Resources', () => {
  judge(() => face, TYPES);
  judge(() => face, RESOURCES);
  judge(() => face, SOURCES);
  judge(() => face, PIXELS);
  judge(() => face, VIEWPORTS);
  judge(() => face, OTHERS);
  judge(
    () => face,
    BAD.map(
      ([paragraph, name, value]) =>
        [
          paragraph,
          `${name}=${value} is 400`,
          png(slice, `?${name}=${encodeURIComponent(value)}`),
          refusing(name),
        ] as const,
    ),
  );

  test('8.7.4: a JPEG is a baseline one', async () => {
    const { body } = await face.ask({ path: rendered(slice), accept: JPEG });
    expect(body.includes(Buffer.from([0xff, 0xc0]))).toBe(true);
    expect(body.includes(Buffer.from([0xff, 0xc2]))).toBe(false);
  });
  test('8.3.5.1.2: lower quality is fewer bytes', async () => {
    const bytesOf = async (quality: number) =>
      (await face.ask({ path: rendered(chest, `?quality=${quality}`), accept: JPEG })).body.length;
    expect(await bytesOf(5)).toBeLessThan(await bytesOf(95));
  });
  test('10.4.1.1.3: each frame is the one that was asked for', async () => {
    const greys = await Promise.all(
      [1, 3, 5].map(async (number) => {
        const query = '?window=128,256,linear';
        const path = `${multiFrame.instance}/frames/${number}/rendered${query}`;
        const found: Picture = await pictureOf((await face.ask({ path, accept: PNG })).body);
        return found.at(1, 1)[0] ?? -1;
      }),
    );
    for (const [index, number] of [1, 3, 5].entries())
      expect(Math.abs((greys[index] ?? -1) - framePixel(number))).toBeLessThanOrEqual(2);
  });
  test('8.3.5.1.1: annotations that are not burnt in are told by a warning', async () => {
    const [plain, annotated] = [
      await face.ask(png(slice, '?viewport=256,256')),
      await face.ask(png(slice, '?viewport=256,256&annotation=technique')),
    ];
    if (plain.body.equals(annotated.body))
      expect(annotated.headers.get('warning')).toMatch(/299 .*annotation values are not supported/);
  });
  test('10.4.3.3.3: a clip can be seen frame by frame', async () => {
    const seen = await face.ask({ path: `${jpeg.instance}/frames/30/rendered`, accept: JPEG });
    expect(seen.status).toBe(200);
    sized(320, 240)(await pictureOf(seen.body));
  });
});
