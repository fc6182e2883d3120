import { describe, expect, test } from 'vitest';
import { parseMessage } from '#hl7/parse-message';
import { readPlaced } from './read-placed.js';

const PATIENT = { authority: '2.999.1', value: '17' };

const read = (...segments: readonly string[]) => {
  const text = ['MSH|^~\\&|HIS|A|||||OMI^O23|1|P|2.5', 'PID|1||17', ...segments].join('\r');
  const parsed = parseMessage(Buffer.from(text));
  if (!parsed.ok) throw new Error(parsed.fault);
  return readPlaced(parsed.message, PATIENT);
};
const received = (...segments: readonly string[]) => {
  const orders = read(...segments);
  if (!Array.isArray(orders)) throw new Error('a problem');
  return orders.filter(({ act }) => act === 'receive-order');
};
/** OBR by the numbers of its fields. */
const obr = (fields: Readonly<Record<number, string>>): string => {
  const last = Math.max(...Object.keys(fields).map(Number));
  return ['OBR', ...Array.from({ length: last }, (_, at) => fields[at + 1] ?? '')].join('|');
};
const CHEST = { 4: 'CTTHO^CT Thorax nativ^99KIS^24627-2^CT Chest^LN' };

describe('an order of imaging', () => {
  test('says what is to be done, in codes and words', () => {
    const request = obr({ ...CHEST, 13: 'Sturz', 24: 'CT', 31: 'R07.4^Thoraxschmerz^I10' });
    expect(received('ORC|NW|4711^HIS', request)).toMatchObject([
      {
        placer: '4711^HIS',
        patient: PATIENT,
        state: 'active',
        procedure: {
          codes: [
            { system: '99KIS', value: 'CTTHO', display: 'CT Thorax nativ' },
            { system: 'LN', value: '24627-2', display: 'CT Chest' },
          ],
          descriptions: ['CT Thorax nativ', 'CT Chest'],
          modality: 'CT',
          reasons: ['Thoraxschmerz', 'Sturz'],
        },
      },
    ]);
  });
  test('names its study and accession number, in IPC or as IHE has them in ORM', () => {
    const named = { study: '1.2.3', accession: 'A9' };
    const omi = received('ORC|NW|1', obr(CHEST), 'IPC|A9|RP1|1.2.3||MR^Magnetic Resonance^DCM');
    expect(omi).toMatchObject([{ ...named, procedure: { modality: 'MR' } }]);
    const orm = received(
      'ORC|NW|1',
      obr({ ...CHEST, 18: 'A9' }),
      'ZDS|1.2.3^HIS^Application^DICOM',
    );
    expect(orm).toMatchObject([named]);
  });
  test.each([
    [{ 46: 'L^Left' }, 'L'],
    [{ 46: '24028007^Right^SCT' }, 'R'],
    [{ 15: '^^^Knee^L' }, 'L'],
    [{ 15: '^^^RIGHT' }, 'R'],
    [{ 46: 'L~R' }, 'B'],
    [{ 46: '51440002^both^SCT' }, 'B'],
    [{ 46: 'toString' }, ''],
    [{}, ''],
  ] as const)('names its side: %j', (fields, laterality) =>
    expect(received('ORC|NW|1', obr({ 4: 'X^Knee', ...fields }))).toMatchObject([
      { procedure: { laterality } },
    ]),
  );
  test('names the site', () =>
    expect(received('ORC|NW|1', obr({ 4: 'X', 15: '^^^Knee&72696002^L' }))).toMatchObject([
      { procedure: { bodySites: ['Knee', '72696002'] } },
    ]));
  test.each([
    ['NMR', 'MR'],
    ['RUS', 'US'],
    ['RX', 'DX'],
    ['PT', 'PT'],
    ['RAD', ''],
  ])('of section %s is of modality %j', (section, modality) =>
    expect(received('ORC|NW|1', obr({ ...CHEST, 24: section }))).toMatchObject([
      { procedure: { modality } },
    ]),
  );
  test('says when, how soon and how confidential', () => {
    const common = `ORC|NW|1|||||^^^20260302080000+0100^^S||20260301101500+0100${'|'.repeat(19)}V`;
    expect(received(common, obr(CHEST))).toMatchObject([
      {
        orderedAt: '2026-03-01T09:15:00.000Z',
        scheduledAt: '2026-03-02T07:00:00.000Z',
        isUrgent: true,
        confidentiality: 'V',
      },
    ]);
    expect(received('ORC|NW|1', obr(CHEST), 'TQ1|1||||||20260303||R')).toMatchObject([
      { scheduledAt: '2026-03-03T00:00:00.000Z', isUrgent: false, confidentiality: 'N' },
    ]);
  });
});

test.each([
  ['ORC|NW|1', 'active'],
  ['ORC|XO|1', 'active'],
  ['ORC|SC|1|||IP', 'active'],
  ['ORC|SC|1|||CM', 'performed'],
  ['ORC|SC|1|||CA', 'cancelled'],
  ['ORC|CA|1', 'cancelled'],
  ['ORC|DC|1', 'cancelled'],
  ['ORC|RP|1', 'cancelled'],
  ['ORC|RO|1', 'active'],
])('%s leaves the order %s', (common, state) =>
  expect(received(common, obr(CHEST))).toMatchObject([{ state }]),
);

test('a final result says that it was performed', () =>
  expect(received('ORC|RE|1', obr({ ...CHEST, 25: 'F' }))).toMatchObject([{ state: 'performed' }]));

test('control characters that escapes bring are not kept', () => {
  const request = obr({ 4: 'C\\X00\\T^CT \\X00\\Thorax\\.br\\nativ', 13: '\\X0D0A\\Sturz' });
  expect(received('ORC|NW|1', request, 'IPC|A\\X00\\1')).toMatchObject([
    {
      accession: 'A 1',
      procedure: {
        codes: [{ value: 'C T', display: 'CT  Thorax nativ' }],
        reasons: ['Sturz'],
      },
    },
  ]);
  expect(read('ORC|NW|1\\X00\\')).toMatchObject({ reason: 'placer-number' });
});

test('of a laboratory nothing is kept', () =>
  expect(received('ORC|NW|1', obr({ 4: 'HIV^HIV 1+2', 24: 'SR' }))).toEqual([]));

test('an end without an OBR says only that', () => {
  expect(received('ORC|CA|1')).toMatchObject([{ state: 'cancelled', procedure: undefined }]);
  expect(received('ORC|NW|1')).toEqual([]);
});

test('each order of a message is its own', () =>
  expect(
    received('ORC|NW|1', obr(CHEST), 'IPC|A1', 'ORC|NW|2', obr({ 4: 'Y^MRT' }), 'IPC|A2'),
  ).toMatchObject([
    { placer: '1', accession: 'A1' },
    { placer: '2', accession: 'A2', procedure: { descriptions: ['MRT'] } },
  ]));

test.each([
  ['PV1|1', 'no-order'],
  ['ORC|NW', 'no-placer-number'],
  [`ORC|NW|${'9'.repeat(251)}`, 'placer-number'],
])('what is missing is told: %s', (segment, reason) =>
  expect(read(segment)).toMatchObject({ reason }),
);
