import type { QualifiedIdentifier } from '#archive/identity/patient-identifier';
import { type Message, type Segment, textOf } from '#hl7/message';
import type { Order, ReadOrders } from './orders.js';
import { plainText } from './plain-text.js';
import { readProcedure } from './read-procedure.js';
import { timeIn } from './read-time.js';

/** Orders of one message. */
const ORDERS_MAX = 50;
/** ORC-1 (table 0119) when an order ends. */
const ENDING = ['CA', 'OC', 'CR', 'DC', 'OD', 'DR'];
/** The same, where another one takes its place: what is asked for stays, under another number. */
const REPLACED = ['RP', 'RU', 'RQ'];
/** ORC-5 (table 0038): cancelled, discontinued, replaced. */
const ENDED = ['CA', 'DC', 'RP'];
const COMPLETED = 'CM';
/** OBR-25 (table 0123): final and corrected results. */
const REPORTED = ['F', 'C'];
/** ORC-28 (table 0177): U and N are usual; all else is at least restricted. */
const USUAL = ['', 'U', 'N'];
const VERY_RESTRICTED = 'V';
/** ORC-7, OBR-27, TQ1-9 (table 0485): now, or as soon as can be. */
const URGENT = ['S', 'A', 'STAT', 'ASAP', 'U'];
const NUMBER_CHARACTERS_MAX = 250;
const CONTROL = /\p{Cc}/u;

/** One ORC and what belongs to it. */
type Group = Readonly<{ common: Segment; segments: readonly Segment[] }>;

/** What ORM^O01 and OMI^O23 say of each order: that the hospital takes part in the patient's care, and, of imaging, what is to be done. */
export function readPlaced(message: Message, patient: QualifiedIdentifier): ReadOrders {
  const groups = groupsIn(message).slice(0, ORDERS_MAX);
  if (groups.length === 0) return { code: '100', reason: 'no-order', segment: 'ORC', field: 0 };
  const orders: Order[] = [];
  for (const group of groups) {
    const placer = entityIn(group.common, 2);
    if (placer === '') return { code: '101', reason: 'no-placer-number', segment: 'ORC', field: 2 };
    if (placer.length > NUMBER_CHARACTERS_MAX || CONTROL.test(placer))
      return { code: '102', reason: 'placer-number', segment: 'ORC', field: 2 };
    const act = ENDING.includes(textOf(group.common, 1)) ? 'end-order' : 'begin-order';
    orders.push({ act, patient, placer }, ...receivedIn(group, patient, placer));
  }
  return orders;
}

const groupsIn = ({ segments }: Message): readonly Group[] => {
  const starts = segments.flatMap(({ name }, index) => (name === 'ORC' ? [index] : []));
  return starts.flatMap((start, at) => {
    const group = segments.slice(start, starts[at + 1]);
    const [common] = group;
    return common === undefined ? [] : [{ common, segments: group }];
  });
};

/* An end without an OBR says nothing of what was to be done; a beginning without one isn't an order of imaging. */
const receivedIn = (
  { common, segments }: Group,
  patient: QualifiedIdentifier,
  placer: string,
): readonly Order[] => {
  const first = (name: string) => segments.find((segment) => segment.name === name);
  const [request, scheduled, timing] = [first('OBR'), first('IPC'), first('TQ1')];
  const state = stateOf(common, request);
  const procedure = request && readProcedure(request, scheduled);
  if (procedure === 'other') return [];
  if (procedure === undefined && state === 'active') return [];
  const times = [
    textOf(timing, 7),
    textOf(request, 36),
    textOf(request, 27, 4),
    textOf(common, 7, 4),
  ];
  const priorities = [textOf(timing, 9), textOf(request, 27, 6), textOf(common, 7, 6)];
  return [
    {
      act: 'receive-order',
      patient,
      placer,
      state,
      procedure,
      study: textOf(scheduled, 3) || textOf(first('ZDS'), 1),
      accession: plainText(textOf(scheduled, 1) || textOf(request, 18)),
      confidentiality: confidentialityOf(textOf(common, 28)),
      isUrgent: URGENT.includes(priorities.find((one) => one !== '') ?? ''),
      orderedAt: timeIn(textOf(common, 9)),
      scheduledAt: times.map(timeIn).find((time) => time !== undefined),
    },
  ];
};

const stateOf = (common: Segment, request: Segment | undefined) => {
  const [control, status] = [textOf(common, 1), textOf(common, 5)];
  if ([...ENDING, ...REPLACED].includes(control) || ENDED.includes(status)) return 'cancelled';
  if (status === COMPLETED || REPORTED.includes(textOf(request, 25))) return 'performed';
  return 'active';
};

const confidentialityOf = (code: string) => {
  if (USUAL.includes(code)) return 'N';
  return code === VERY_RESTRICTED ? 'V' : 'R';
};

/** An entity identifier (EI): the number, and the namespace when there is one. */
const entityIn = (segment: Segment, field: number): string =>
  [textOf(segment, field), textOf(segment, field, 2)].join('^').replace(/\^$/, '');
