import { expect, test } from 'vitest';
import { acknowledge, type Verdict } from './acknowledge.js';
import { type AnswerForm, NOTICES_MAX, type Notice, orderAnswer } from './order-answer.js';
import { parseMessage } from './parse-message.js';
import { writeMessage } from './write-message.js';

const NOTICE: Notice = {
  order: 2,
  severity: 'warning',
  code: 'DUPLICATE-SAME',
  text: 'CT chest done 6 days ago at CH Nord | images available',
};

type Asked = Readonly<{ verdict?: Verdict; notices?: readonly Notice[]; mode?: string }>;
const answerTo = (type: string, version: string, form: AnswerForm, asked: Asked = {}) => {
  const { verdict = 'accept', notices = [NOTICE], mode = '' } = asked;
  const text = `MSH|^~\\&|HIS|A|||||${type}|1|P|${version}${mode}`;
  const read = parseMessage(Buffer.from(text));
  if (!read.ok) throw new Error(read.fault);
  const [header] = read.message.segments;
  const answer = acknowledge(header, { verdict, controlId: '9', atMs: 0 });
  if (answer === undefined) return [];
  const told = orderAnswer(answer, header, { notices, form });
  return writeMessage(told, 'ASCII').toString().split('\r').slice(0, -1);
};
const ERR =
  'ERR||ORC^2|0^Message accepted^HL70357|W|DUPLICATE-SAME^^L|||CT chest done 6 days ago at CH Nord \\F\\ images available';

test('since version 2.5 a notice is an ERR for the user, in an acknowledgement and in a response', () => {
  const acknowledged = answerTo('OMI^O23^OMI_O23', '2.5.1', 'acknowledgement');
  expect(acknowledged[0]).toContain('|ACK^O23^ACK|');
  expect(acknowledged.slice(1)).toEqual(['MSA|AA|1', ERR]);
  const response = answerTo('OMI^O23^OMI_O23', '2.5.1', 'response');
  expect(response[0]).toContain('|ORI^O24^ORI_O24|');
  expect(response.slice(1)).toEqual(['MSA|AA|1', ERR]);
  expect(answerTo('ORM^O01', '2.5', 'response')[0]).toContain('|ORR^O02^ORR_O02|');
});

test('before, a response has notes, and an acknowledgement one line', () => {
  const response = answerTo('ORM^O01', '2.3.1', 'response');
  expect(response.slice(1)).toEqual([
    'MSA|AA|1',
    'NTE|1|L|CT chest done 6 days ago at CH Nord \\F\\ images available',
  ]);
  const long = { ...NOTICE, text: 'x'.repeat(200) };
  const brief = answerTo('ORM^O01', '2.3.1', 'acknowledgement', { notices: [long, NOTICE] });
  expect(brief.slice(1)).toEqual([`MSA|AA|1|${'x'.repeat(80)}`]);
});

test('an answer with nothing to tell is the same, whyever there is nothing', () => {
  for (const form of ['acknowledgement', 'response'] as const)
    for (const version of ['2.3.1', '2.5'])
      expect(answerTo('OMI^O23', version, form, { notices: [] }).slice(1)).toEqual(['MSA|AA|1']);
});

test('what isn’t the acceptance of an order, or not by the application, is left as it is', () => {
  const refused = answerTo('OMI^O23', '2.5', 'response', { verdict: 'error' });
  expect(refused.slice(1)).toEqual(['MSA|AE|1']);
  expect(answerTo('ADT^A08', '2.5', 'response').slice(1)).toEqual(['MSA|AA|1']);
  const enhanced = answerTo('OMI^O23', '2.5', 'response', { mode: '|||AL|NE' });
  expect(enhanced.slice(1)).toEqual(['MSA|CA|1']);
});

test('no answer is without an end', () => {
  const notices = Array.from({ length: 50 }, () => ({ ...NOTICE, text: 'y'.repeat(5_000) }));
  const told = answerTo('OMI^O23', '2.5', 'acknowledgement', { notices }).slice(2);
  expect(told.length).toBe(NOTICES_MAX);
  expect(Math.max(...told.map(({ length }) => length))).toBeLessThan(400);
});
