import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CHARACTER_SETS, encodeText } from './character-set.js';
import { MESSAGE_LIMITS } from './limits.js';
import {
  fieldOf,
  type Message,
  repetitionsOf,
  segmentOf,
  textOf,
  USUAL_DELIMITERS,
} from './message.js';
import { controlIdOf, parseMessage } from './parse-message.js';
import { writeMessage } from './write-message.js';

const ADMISSION = [
  'MSH|^~\\&|HIS|NORTH|ARKIM|NATION|20260102030405||ADT^A01^ADT_A01|M-1|P|2.5',
  'EVN|A01|20260102030405',
  'PID|1||4711^^^NORTH&1.2.3&ISO^MR~815^^^TOWN||Muster^Anna^B||19700102|F',
  'PV1|1|I|W1^12^A',
].join('\r');

const parsed = (text: string | Uint8Array, options = {}) => {
  const read = parseMessage(typeof text === 'string' ? Buffer.from(text) : text, options);
  if (!read.ok) throw new Error(read.fault);
  return read.message;
};
const faultOf = (text: string | Uint8Array, options = {}) => {
  const read = parseMessage(typeof text === 'string' ? Buffer.from(text) : text, options);
  return read.ok ? undefined : read.fault;
};

test('a message has segments, fields, occurrences, components and subcomponents', () => {
  const message = parsed(ADMISSION);
  const header = segmentOf(message, 'MSH');
  const patient = segmentOf(message, 'PID');
  expect(controlIdOf(header)).toBe('M-1');
  expect([textOf(header, 1), textOf(header, 2)]).toEqual(['|', '^~\\&']);
  expect([textOf(header, 9), textOf(header, 9, 2)]).toEqual(['ADT', 'A01']);
  expect(repetitionsOf(patient, 3)).toEqual([
    [['4711'], [''], [''], ['NORTH', '1.2.3', 'ISO'], ['MR']],
    [['815'], [''], [''], ['TOWN']],
  ]);
  expect(textOf(patient, 5, 2)).toBe('Anna');
  expect(repetitionsOf(patient, 40)).toEqual([]);
});

test('line feeds of careless senders end segments too', () => {
  for (const end of ['\n', '\r\n'])
    expect(parsed(ADMISSION.replaceAll('\r', end)).segments).toEqual(parsed(ADMISSION).segments);
});

test('a message may divide its parts by other characters', () => {
  const message = parsed('MSH$%*/!$A$B\rPID$1$$7%%%X!1.2*8');
  const patient = segmentOf(message, 'PID');
  expect(repetitionsOf(patient, 3)).toEqual([[['7'], [''], [''], ['X', '1.2']], [['8']]]);
});

test.each(['MSH|^~\\|x', 'MSH|^^\\&|x', 'MSHA^~\\&Ax', 'MSH|^~\\&#?|x', 'MSH', 'MSH|', 'MSH\r'])(
  'delimiters that can’t divide are refused: %s',
  (text) => expect(faultOf(text)).toBe('delimiters'),
);

test('escapes are put back, and those that nobody knows stay', () => {
  const written =
    'A\\T\\B\\F\\\\S\\\\R\\\\E\\ \\.br\\ \\H\\x\\N\\ \\X41426A\\ \\Zq\\ \\C2842\\ end\\';
  const message = parsed(`MSH|^~\\&|\rZZZ|${written}`);
  expect(textOf(segmentOf(message, 'ZZZ'), 1)).toBe('A&B|^~\\ \n x ABj \\Zq\\ \\C2842\\ end\\');
});

const headerIn = (set: string) => `MSH|^~\\&|HIS|N|||||ADT^A08|1|P|2.5||||||${set}\rPID|||||`;

test('texts are read in the character set that the message names', () => {
  const name = 'Müller';
  for (const set of ['8859/1', 'UNICODE UTF-8'] as const) {
    const message = parsed(encodeText(`${headerIn(set)}${name}`, set));
    expect(textOf(segmentOf(message, 'PID'), 5)).toBe(name);
  }
});

test('a message that names no character set is ASCII, or what its sender’s settings say', () => {
  const bytes = encodeText(`${headerIn('')}Müller`, '8859/1');
  expect(faultOf(bytes)).toBe('characters');
  const message = parsed(bytes, { characterSet: '8859/1' });
  expect(textOf(segmentOf(message, 'PID'), 5)).toBe('Müller');
});

test('bytes that aren’t of the character set, or one that isn’t known, are refused with the header', () => {
  const broken = Buffer.concat([Buffer.from(headerIn('UNICODE UTF-8')), Buffer.of(0xff)]);
  const read = parseMessage(broken);
  expect(read).toMatchObject({ ok: false, fault: 'characters' });
  expect(!read.ok && controlIdOf(read.header)).toBe('1');
  expect(faultOf(headerIn('ISO IR87'))).toBe('character-set');
  expect(faultOf(headerIn('8859/1~UNICODE UTF-8'))).toBe('character-set');
});

test('what is larger than anything a hospital sends is refused', () => {
  const limits = {
    messageBytesMax: 100,
    segmentsMax: 3,
    fieldsMax: 4,
    repetitionsMax: 3,
    componentsMax: 3,
    subcomponentsMax: 3,
  };
  const start = 'MSH|^~\\&|A\r';
  const fault = (text: string) => faultOf(`${start}${text}`, { limits });
  expect(fault('PID|1|2|3|4\rPV1|1')).toBeUndefined();
  expect(fault('x'.repeat(100))).toBe('too-long');
  expect(fault('PID\rPID\rPID')).toBe('too-many-segments');
  expect(fault('PID|1|2|3|4|5')).toBe('too-many-fields');
  expect(fault('PID|1~2~3~4')).toBe('too-many-parts');
  expect(fault('PID|1^2^3^4')).toBe('too-many-parts');
  expect(fault('PID|1&2&3&4')).toBe('too-many-parts');
});

test('what is no message is refused', () => {
  expect(faultOf('')).toBe('no-header');
  expect(faultOf('PID|1')).toBe('no-header');
  expect(faultOf('FHS|^~\\&|batch')).toBe('no-header');
  expect(faultOf('MSHX|^~\\&|x')).toBe('delimiters');
  expect(faultOf('MSH|^~\\&|x\rpid|1')).toBe('segment-name');
  expect(faultOf('MSH|^~\\&|x\rPIDX|1')).toBe('segment-name');
});

test('whatever bytes come, nothing is thrown', () => {
  const letters = fc.constantFrom(...'MSH|^~\\&\r\nPID1X.br\x0b\x1cé\xff'.split(''));
  const garbage = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(letters, { maxLength: 200 }).map((all) => Buffer.from(`MSH|^~\\&|${all.join('')}`)),
    fc.uint8Array({ maxLength: 200 }).map((all) => Buffer.concat([Buffer.from(ADMISSION), all])),
  );
  fc.assert(
    fc.property(garbage, fc.constantFrom(...CHARACTER_SETS), (bytes, characterSet) => {
      const read = parseMessage(bytes, { characterSet });
      if (!read.ok) return;
      const again = parseMessage(writeMessage(read.message, read.characterSet), { characterSet });
      expect(again.ok || again.fault).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

const text = fc
  .string({ unit: 'binary', maxLength: 12 })
  .map((any) => any.toWellFormed().replaceAll('\r', ''));
const list = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
const segment = fc.record({
  name: fc.stringMatching(/^[A-Z][A-Z0-9]{2}$/).filter((name) => name !== 'MSH'),
  fields: fc
    .array(list(list(list(text))), { maxLength: 5 })
    .map((fields) => [...fields, fieldOf('last')]),
});

test('what is written is read as it was', () =>
  fc.assert(
    fc.property(fc.array(segment, { maxLength: 4 }), (segments) => {
      const header = { name: 'MSH', fields: [fieldOf('|'), fieldOf('^~\\&'), fieldOf('HIS')] };
      const message: Message = { delimiters: USUAL_DELIMITERS, segments: [header, ...segments] };
      const bytes = writeMessage(message, 'UNICODE UTF-8');
      expect(parsed(bytes, { characterSet: 'UNICODE UTF-8' })).toEqual(message);
    }),
  ));

test.each([
  ['|', 'too-many-fields'],
  ['~', 'too-many-parts'],
  ['^', 'too-many-parts'],
  ['&', 'too-many-parts'],
  ['\rPID', 'too-many-segments'],
  ['\r', undefined],
  ['\\', undefined],
])('a megabyte of %j comes to an end', (part, fault) => {
  const start = 'MSH|^~\\&|x\rPID|';
  const times = Math.floor((MESSAGE_LIMITS.messageBytesMax - start.length) / part.length);
  expect(faultOf(start + part.repeat(times))).toBe(fault);
});
