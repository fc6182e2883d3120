import { expect, test } from 'vitest';
import { componentsOf, fieldOf, type Segment } from '#hl7/message';
import { senderOfMessage, sendersOf } from './senders.js';

const hospital = (code: string, senders: unknown, frozen: readonly string[] = []) => ({
  hospital: code,
  settings: { hl7: { senders } },
  frozen,
});
const header = (application: string, facility: string): Segment => ({
  name: 'MSH',
  fields: [
    fieldOf('|'),
    fieldOf('^~\\&'),
    componentsOf(application, '1.2', 'ISO'),
    fieldOf(facility),
  ],
});
const whose = (hospitals: Parameters<typeof sendersOf>[0], from: Segment, certificate = '') =>
  senderOfMessage(sendersOf(hospitals), from, certificate)?.hospital;

test('a sender is its hospital’s, by facility and application', () => {
  const hospitals = [
    hospital('A', [{ facility: 'NORTH' }]),
    hospital('B', [{ application: 'HIS', facility: 'SOUTH' }]),
  ];
  expect(whose(hospitals, header('ANY', 'NORTH'))).toBe('A');
  expect(whose(hospitals, header('HIS', 'SOUTH'))).toBe('B');
  expect(whose(hospitals, header('LAB', 'SOUTH'))).toBeUndefined();
  expect(whose(hospitals, header('HIS', ''))).toBeUndefined();
});

test('a sender whom two hospitals claim is nobody’s', () => {
  const hospitals = [
    hospital('A', [{ facility: 'X' }]),
    hospital('B', [{ application: 'HIS', facility: 'X' }]),
  ];
  expect(whose(hospitals, header('HIS', 'X'))).toBeUndefined();
});

test('a sender with a certificate has to show it', () => {
  const hospitals = [hospital('A', [{ facility: 'X', certificate: `AB:${'cd'.repeat(31)}` }])];
  expect(whose(hospitals, header('HIS', 'X'))).toBeUndefined();
  expect(whose(hospitals, header('HIS', 'X'), `ab${'cd'.repeat(31)}`)).toBe('A');
});

test('a crisis that freezes what is taken in is told with the sender', () =>
  expect(sendersOf([hospital('A', [{ facility: 'X' }], ['ingest'])])).toMatchObject([
    { isFrozen: true },
  ]));

test.each([
  [null],
  ['X'],
  [[{ facility: '' }]],
  [[{ application: 'HIS' }]],
  [[{ facility: 'X', characterSet: 'KLINGON' }]],
  [[{ facility: 'X', certificate: 'short' }]],
  [[null, 5, { facility: 7 }]],
])('settings that are no senders let nobody in: %j', (senders) =>
  expect(sendersOf([hospital('A', senders)])).toEqual([]),
);
