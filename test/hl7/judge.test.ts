import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fieldOf, type Message, USUAL_DELIMITERS } from '#hl7/message';
import { frame } from '#hl7/mllp';
import { parseMessage } from '#hl7/parse-message';
import { writeMessage } from '#hl7/write-message';
import { header, lines, pid, sender, type TestGateway, testGateway } from '../mllp/gateway.js';

/** Debian's python3-hl7 belongs to Debian's Python. */
const PYTHON = '/usr/bin/python3';
const SENDER = '/usr/bin/mllp_send';
const run = promisify(execFile);

type Path = readonly [string, number, number, number, number, number];
type Asked = Readonly<{ message: string; paths: readonly Path[] }>;

const judged = (asked: readonly Asked[]): readonly (readonly string[])[] =>
  JSON.parse(
    execFileSync(PYTHON, ['test/hl7/read_messages.py'], {
      input: JSON.stringify(asked),
      encoding: 'utf8',
    }),
  );

let gateway: TestGateway;
let folder: string;
beforeAll(async () => {
  gateway = await testGateway();
  folder = await mkdtemp(join(tmpdir(), 'arkim-hl7-judge-'));
});
afterAll(async () => {
  await gateway.close();
  await rm(folder, { recursive: true });
});

const MESSAGES: readonly (readonly [string, string])[] = [
  [lines(header('ADT^A28', { id: 'judge-1' }), pid('j1')), 'AA'],
  [lines(header('ADT^A28', { id: 'judge-2', version: '2.3' }), pid('')), 'AE'],
  [lines(header('ADT^A28', { id: 'judge-3' }), pid('')), 'AE'],
  [lines(header('ADT^A28', { id: 'judge-4', facility: 'NOBODY' }), pid('j1')), 'AR'],
  [lines(header('ORU^R01^ORU_R01', { id: 'judge\\T\\5' }), pid('j1')), 'AR'],
  [
    lines(header('ADT^A40^ADT_A39', { id: 'judge-6', more: '|||AL|NE' }), pid('j1'), 'MRG|j2'),
    'CA',
  ],
];
const ANSWERED: readonly Path[] = [
  ['MSA', 1, 1, 1, 1, 1],
  ['MSA', 1, 2, 1, 1, 1],
  ['MSH', 1, 5, 1, 1, 1],
  ['MSH', 1, 9, 1, 1, 1],
];

test('our answers say to another implementation what they should', async () => {
  const his = await sender(gateway.port);
  const asked: Asked[] = [];
  for (const [message] of MESSAGES)
    asked.push({ message: await his.ask(message), paths: ANSWERED });
  const ids = ['judge-1', 'judge-2', 'judge-3', 'judge-4', 'judge&5', 'judge-6'];
  expect(judged(asked)).toEqual(
    MESSAGES.map(([, code], index) => [code, ids[index], 'HIS', 'ACK']),
  );
  const wrong = asked[2]?.message ?? '';
  const paths: readonly Path[] = [
    ['ERR', 1, 2, 1, 1, 1],
    ['ERR', 1, 2, 1, 3, 1],
    ['ERR', 1, 3, 1, 1, 1],
  ];
  expect(judged([{ message: wrong, paths }])).toEqual([['PID', '3', '101']]);
  await his.close();
});

test('another implementation’s sender is answered', async () => {
  const file = join(folder, 'messages');
  const ids = ['sent-1', 'sent-2'];
  const messages = ids.map((id) => frame(Buffer.from(lines(header('ADT^A28', { id }), pid(id)))));
  await writeFile(file, Buffer.concat(messages));
  const { stdout } = await run(SENDER, [
    '--file',
    file,
    '--port',
    String(gateway.port),
    '127.0.0.1',
  ]);
  for (const id of ids) expect(stdout).toContain(`MSA|AA|${id}`);
});

/* What both write alike: no escapes at the edges of what is empty, no line breaks. */
const text = fc.string({
  unit: fc.constantFrom(...'abcÄé|^~\\& 123'.split('')),
  minLength: 1,
  maxLength: 8,
});
const list = <T>(each: fc.Arbitrary<T>) => fc.array(each, { minLength: 1, maxLength: 3 });
const segments = fc
  .array(fc.array(list(list(list(text))), { minLength: 1, maxLength: 5 }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((all) => all.map((fields, index) => ({ name: `ZZ${index}`, fields })));

test('what we write, another implementation reads as we do', () => {
  const first = { name: 'MSH', fields: [fieldOf('|'), fieldOf('^~\\&'), fieldOf('HIS')] };
  /* The other one leaves out white space at the end of a message. */
  const last = { name: 'ZZZ', fields: [fieldOf('end')] };
  const asked: Asked[] = [];
  const ours: string[][] = [];
  for (const generated of fc.sample(segments, { numRuns: 300, seed: 7 })) {
    const message: Message = {
      delimiters: USUAL_DELIMITERS,
      segments: [first, ...generated, last],
    };
    const bytes = writeMessage(message, 'UNICODE UTF-8');
    const read = parseMessage(bytes, { characterSet: 'UNICODE UTF-8' });
    if (!read.ok) throw new Error(read.fault);
    const leaves = leavesOf(read.message);
    asked.push({ message: bytes.toString(), paths: leaves.map(([path]) => path) });
    ours.push(leaves.map(([, value]) => value));
  }
  expect(ours.flat().length).toBeGreaterThan(1_000);
  expect(judged(asked)).toEqual(ours);
});

const leavesOf = ({ segments: [, ...rest] }: Message): readonly (readonly [Path, string])[] =>
  rest.flatMap(({ name, fields }) =>
    fields.flatMap((field, f) =>
      field.flatMap((repetition, r) =>
        repetition.flatMap((parts, c) =>
          parts.map((value, s) => [[name, 1, f + 1, r + 1, c + 1, s + 1], value] as const),
        ),
      ),
    ),
  );
