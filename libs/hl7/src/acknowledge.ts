import {
  componentsOf,
  type Field,
  fieldOf,
  type Message,
  type Segment,
  textOf,
  USUAL_DELIMITERS,
} from './message.js';

/** Accept, error, reject (table 0008), said of the whole message or, in enhanced mode, of its acceptance alone. */
export type Verdict = 'accept' | 'error' | 'reject';

/** What is wrong, by code of table 0357, and where: `segment` and `field` name a place of the message ('' and 0: none). `reason` is a code of ours. */
export type MessageProblem = Readonly<{
  code: ErrorCode;
  segment: string;
  field: number;
  reason: string;
}>;

/** Codes of table 0357 that are used, with the text of the standard. */
export const ERROR_CODES = {
  '100': 'Segment sequence error',
  '101': 'Required field missing',
  '102': 'Data type error',
  '103': 'Table value not found',
  '200': 'Unsupported message type',
  '201': 'Unsupported event code',
  '202': 'Unsupported processing id',
  '204': 'Unknown key identifier',
  '205': 'Duplicate key identifier',
  '207': 'Application internal error',
} as const;
export type ErrorCode = keyof typeof ERROR_CODES;

export type Acknowledgement = Readonly<{
  verdict: Verdict;
  problem?: MessageProblem | undefined;
  /** MSH-10 of the answer itself. */
  controlId: string;
  /** When it is given: milliseconds since 1970. */
  atMs: number;
}>;

const CODES = {
  application: { accept: 'AA', error: 'AE', reject: 'AR' },
  accept: { accept: 'CA', error: 'CE', reject: 'CR' },
} as const;
/** Of the message structure that ERR had before version 2.5. */
const ERR_OF_FIELDS = 2.5;
const OLDEST = '2.3';

/** How the sender wants to be answered (v2.9 §2.9.2): in the original mode, in the enhanced one, or not at all. */
export type AnswerMode = 'application' | 'accept' | 'none';

/**
 * Reads MSH-15 and MSH-16. When both are empty it is the original mode: AA, AE, AR. Who wants an accept acknowledgement gets CA, CE, CR; who
 * wants only the application's gets AA, AE, AR at once: what is accepted here is kept, and applied behind.
 */
export function answerMode(header: Segment | undefined, verdict: Verdict): AnswerMode {
  const [accept, application] = [textOf(header, 15), textOf(header, 16)];
  if (accept === '' && application === '') return 'application';
  if (accept !== '' && accept !== 'NE') return isWanted(accept, verdict) ? 'accept' : 'none';
  return isWanted(application, verdict) ? 'application' : 'none';
}

/* Table 0155: always, never, only errors, only success. What isn't in it counts as always: nobody waits in vain. */
const isWanted = (condition: string, verdict: Verdict): boolean => {
  if (condition === 'NE' || condition === '') return false;
  if (condition === 'ER') return verdict !== 'accept';
  return condition === 'SU' ? verdict === 'accept' : true;
};

/** The answer to a message by its header, as far as that could be read; undefined when the sender wants none. */
export function acknowledge(
  header: Segment | undefined,
  { verdict, problem, controlId, atMs }: Acknowledgement,
): Message | undefined {
  const mode = answerMode(header, verdict);
  if (mode === 'none') return undefined;
  const version = textOf(header, 12) || OLDEST;
  const said = {
    name: 'MSA',
    fields: [fieldOf(CODES[mode][verdict]), fieldOf(textOf(header, 10))],
  };
  const wrong = problem === undefined ? [] : [errorSegment(problem, version)];
  const own = headerSegment(header, { version, controlId, atMs });
  return { delimiters: USUAL_DELIMITERS, segments: [own, said, ...wrong] };
}

/** UTC, to the second, as the standard writes times: YYYYMMDDHHMMSS+0000. */
export const hl7Time = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')}+0000`;

type Own = Readonly<{ version: string; controlId: string; atMs: number }>;

const NOTHING: Field = fieldOf('');

const headerSegment = (to: Segment | undefined, { version, controlId, atMs }: Own): Segment => {
  const asked = (field: number): Field => to?.fields[field - 1] ?? NOTHING;
  const event = textOf(to, 9, 2);
  return {
    name: 'MSH',
    fields: [
      fieldOf(USUAL_DELIMITERS.field),
      NOTHING,
      ...[asked(5), asked(6), asked(3), asked(4)],
      fieldOf(hl7Time(atMs)),
      NOTHING,
      event === '' ? fieldOf('ACK') : componentsOf('ACK', event, 'ACK'),
      fieldOf(controlId),
      to?.fields[10] ?? fieldOf('P'),
      fieldOf(version),
      ...Array.from({ length: 5 }, () => NOTHING),
      asked(18),
    ],
  };
};

/* Before version 2.5 ERR-1 holds place and code together, since then ERR-2 and ERR-3 do; ERR-5 has the reason in our words. */
const errorSegment = (
  { code, segment, field, reason }: MessageProblem,
  version: string,
): Segment => {
  const text = ERROR_CODES[code];
  const place = segment === '' ? [''] : [segment, '1', ...(field === 0 ? [] : [String(field)])];
  if (!(Number.parseFloat(version) >= ERR_OF_FIELDS)) {
    const coded = [code, text, 'HL70357'];
    const placed = [0, 1, 2].map((index) => [place[index] ?? '']);
    return { name: 'ERR', fields: [[[...placed, coded]]] };
  }
  const table = componentsOf(code, text, 'HL70357');
  const own = componentsOf(reason, '', 'L');
  return { name: 'ERR', fields: [NOTHING, componentsOf(...place), table, fieldOf('E'), own] };
};
