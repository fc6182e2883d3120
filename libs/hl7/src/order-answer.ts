import {
  componentsOf,
  type Field,
  fieldOf,
  type Message,
  type Segment,
  segmentOf,
  textOf,
} from './message.js';

/** What the people of a sender should know of an order that was accepted. `order` counts the ORC of the message from 1; `code` is one of ours. */
export type Notice = Readonly<{
  order: number;
  severity: 'warning' | 'information';
  code: string;
  text: string;
}>;

/** How a sender wants to be answered: by a general acknowledgement, or by the response that the standard has for its orders. */
export const ANSWER_FORMS = ['acknowledgement', 'response'] as const;
export type AnswerForm = (typeof ANSWER_FORMS)[number];

/** Notices of one answer; the first ones matter most. */
export const NOTICES_MAX = 10;
/** Of versions before 2.5, MSA-3. */
const BRIEF_CHARACTERS_MAX = 80;
const TEXT_CHARACTERS_MAX = 250;
/** Since then ERR has a severity and a text for the user (v2.5 §2.15.5). */
const ERR_OF_FIELDS = 2.5;
/** Table 0516. */
const SEVERITIES = { warning: 'W', information: 'I' } as const;
/** Table 0357: the order was taken, whatever else is told of it. */
const ACCEPTED = ['0', 'Message accepted', 'HL70357'] as const;
/** NTE-2 (table 0105): by whom the order is filled. */
const OF_FILLER = 'L';
/** The response to an order (v2.5 §4.4.2, §4.4.14). */
const RESPONSES: Readonly<Record<string, readonly string[]>> = {
  'OMI^O23': ['ORI', 'O24', 'ORI_O24'],
  'ORM^O01': ['ORR', 'O02', 'ORR_O02'],
};

/**
 * Adds notices to the answer to an order that was accepted in the original mode. Since version 2.5 each is an ERR of severity W or I, whose ERR-8 is for
 * the eyes of whoever ordered. Before, a response has them in NTE, an acknowledgement the first one in MSA-3. Any other answer is left as it is.
 */
export function orderAnswer(
  answer: Message,
  header: Segment | undefined,
  { notices, form }: Readonly<{ notices: readonly Notice[]; form: AnswerForm }>,
): Message {
  const response = RESPONSES[`${textOf(header, 9)}^${textOf(header, 9, 2)}`];
  if (response === undefined || textOf(segmentOf(answer, 'MSA'), 1) !== 'AA') return answer;
  const isResponse = form === 'response';
  const told = notices.slice(0, NOTICES_MAX);
  const hasFields = Number.parseFloat(textOf(header, 12)) >= ERR_OF_FIELDS;
  const brief = hasFields || isResponse ? '' : (told[0]?.text ?? '');
  const segments = answer.segments.map((segment) => {
    if (segment.name === 'MSH' && isResponse)
      return withField(segment, 9, componentsOf(...response));
    return segment.name === 'MSA' && brief !== ''
      ? withField(segment, 3, fieldOf(brief.slice(0, BRIEF_CHARACTERS_MAX)))
      : segment;
  });
  return { ...answer, segments: [...segments, ...noticeSegments(told, { hasFields, isResponse })] };
}

const noticeSegments = (
  told: readonly Notice[],
  { hasFields, isResponse }: Readonly<{ hasFields: boolean; isResponse: boolean }>,
): readonly Segment[] => {
  if (hasFields) return told.map(errorSegment);
  return isResponse ? told.map(noteSegment) : [];
};

const errorSegment = ({ order, severity, code, text }: Notice): Segment => ({
  name: 'ERR',
  fields: [
    fieldOf(''),
    componentsOf('ORC', String(order)),
    componentsOf(...ACCEPTED),
    fieldOf(SEVERITIES[severity]),
    componentsOf(code, '', 'L'),
    fieldOf(''),
    fieldOf(''),
    fieldOf(text.slice(0, TEXT_CHARACTERS_MAX)),
  ],
});

const noteSegment = ({ text }: Notice, index: number): Segment => ({
  name: 'NTE',
  fields: [
    fieldOf(String(index + 1)),
    fieldOf(OF_FILLER),
    fieldOf(text.slice(0, TEXT_CHARACTERS_MAX)),
  ],
});

/** The segment with another field; fields before it that aren't there are empty. */
const withField = ({ name, fields }: Segment, field: number, value: Field): Segment => ({
  name,
  fields: Array.from({ length: Math.max(fields.length, field) }, (_, index) =>
    index === field - 1 ? value : (fields[index] ?? fieldOf('')),
  ),
});
