import type { Authorities } from '#archive/identity/patient-identifier';
import type { ErrorCode, MessageProblem } from '#hl7/acknowledge';
import { type Message, type Segment, segmentOf, segmentsOf, textOf } from '#hl7/message';
import type { Order, ReadOrders } from './orders.js';
import { deathIn } from './read-death.js';
import { identifiersIn, isOwn, ownOf } from './read-identifiers.js';
import { personIn } from './read-person.js';
import { readPlaced } from './read-placed.js';
import { timeIn } from './read-time.js';

type Reading = Readonly<{ message: Message; authorities: Authorities }>;

/** What is done for each event of an ADT message. Events that aren't here are refused (AR, 201). */
const ADT: Readonly<Record<string, (reading: Reading) => ReadOrders>> = {
  A01: admit,
  A04: admit,
  A05: identify,
  A08: identify,
  A28: identify,
  A31: identify,
  A03: (reading) => leave(reading, 'end'),
  A11: (reading) => leave(reading, 'cancelled'),
  A13: comeBack,
  A24: (reading) => tie(reading, 'link'),
  A37: (reading) => tie(reading, 'part'),
  A40: merge,
  A43: move,
  A47: merge,
};
/** Placer's orders by type and event: all say that the hospital takes part in the patient's care. */
const ORDERS = ['ORM^O01', 'OMI^O23'];
/** PV1-2 (table 0004): a stay that is ended by a message of its own. */
const INPATIENT = ['I', 'P'];
const PAIRS_MAX = 50;

/** What a message of a hospital asks for. Pure; what is wrong comes with its place, for the ERR of the answer. */
export function readOrders(message: Message, authorities: Authorities): ReadOrders {
  const header = segmentOf(message, 'MSH');
  const [type, event] = [textOf(header, 9, 1), textOf(header, 9, 2)];
  if (ORDERS.includes(`${type}^${event}`)) {
    const patient = patientIn({ message, authorities });
    return patient === undefined ? NO_PATIENT : readPlaced(message, patient);
  }
  if (type !== 'ADT') return problem('200', 'unsupported-type', 'MSH', 9);
  const read = Object.hasOwn(ADT, event) ? ADT[event] : undefined;
  if (read === undefined) return problem('201', 'unsupported-event', 'MSH', 9);
  return read({ message, authorities });
}

const problem = (code: ErrorCode, reason: string, segment = '', field = 0): MessageProblem => ({
  code,
  reason,
  segment,
  field,
});

const NO_PATIENT = problem('101', 'no-identifier', 'PID', 3);

/** Who it is about, and what else is said to be an identifier of the same human. */
function identify({ message, authorities }: Reading): ReadOrders {
  const segment = segmentOf(message, 'PID');
  if (segment === undefined) return problem('100', 'no-patient', 'PID');
  return identifyIn(segment, authorities);
}

const identifyIn = (segment: Segment, authorities: Authorities): ReadOrders => {
  const identifiers = identifiersIn(segment, 3, authorities);
  const patient = ownOf(identifiers, authorities);
  if (patient === undefined)
    return identifiers.length === 0 ? NO_PATIENT : problem('204', 'not-own', 'PID', 3);
  const person = personIn(segment);
  if (person === undefined) return problem('102', 'no-date', 'PID', 7);
  if (person.names.length === 0) return problem('101', 'no-name', 'PID', 5);
  const others = identifiers.filter((identifier) => identifier !== patient);
  const death = deathIn(segment, patient);
  if (death === undefined) return problem('102', 'no-date', 'PID', 29);
  return [
    { act: 'identify', patient, person },
    ...others.map((other): Order => ({ act: 'join', patient, other })),
    ...death,
  ];
};

function admit(reading: Reading): ReadOrders {
  const said = identify(reading);
  const visit = visitOf(reading.message);
  if ('code' in said || visit === '') return said;
  const stay = segmentOf(reading.message, 'PV1');
  const opened: Order = {
    act: 'open-encounter',
    patient: patientIn(reading) as NonNullable<ReturnType<typeof patientIn>>,
    visit,
    from: timeIn(textOf(stay, 44)) ?? occurredAt(reading.message),
    isShort: !INPATIENT.includes(textOf(stay, 2)),
  };
  return [...said, opened];
}

function leave(reading: Reading, how: 'end' | 'cancelled'): ReadOrders {
  const patient = patientIn(reading);
  if (patient === undefined) return NO_PATIENT;
  const visit = visitOf(reading.message);
  if (visit === '') return problem('101', 'no-visit', 'PV1', 19);
  const stay = segmentOf(reading.message, 'PV1');
  const until =
    how === 'end' ? (timeIn(textOf(stay, 45)) ?? occurredAt(reading.message)) : undefined;
  const death = how === 'end' ? deathIn(segmentOf(reading.message, 'PID'), patient) : [];
  if (death === undefined) return problem('102', 'no-date', 'PID', 29);
  return [{ act: 'close-encounter', patient, visit, until }, ...death];
}

/** A discharge that never was: the stay goes on. */
function comeBack(reading: Reading): ReadOrders {
  const patient = patientIn(reading);
  if (patient === undefined) return NO_PATIENT;
  const visit = visitOf(reading.message);
  if (visit === '') return problem('101', 'no-visit', 'PV1', 19);
  const stay = segmentOf(reading.message, 'PV1');
  const from = timeIn(textOf(stay, 44));
  const isShort = !INPATIENT.includes(textOf(stay, 2));
  return [{ act: 'open-encounter', patient, visit, from, isShort }];
}

/** Two PID: one human (A24), or not (A37). One side is the hospital's own. */
function tie({ message, authorities }: Reading, act: 'link' | 'part'): ReadOrders {
  const [one, two] = segmentsOf(message, 'PID');
  if (one === undefined || two === undefined) return problem('100', 'no-pair', 'PID');
  const [ones, twos] = [one, two].map((segment) => identifiersIn(segment, 3, authorities));
  const patient = ownOf(ones ?? [], authorities) ?? ones?.[0];
  const other = ownOf(twos ?? [], authorities) ?? twos?.[0];
  if (patient === undefined || other === undefined) return NO_PATIENT;
  if (!isOwn(patient, authorities) && !isOwn(other, authorities))
    return problem('204', 'not-own', 'PID', 3);
  return [{ act, patient, other }];
}

/** PID-3 survives, MRG-1 isn't used any more (A40); PID-3 is the new identifier, MRG-1 the one before (A47). */
function merge({ message, authorities }: Reading): ReadOrders {
  const pairs = pairsIn(message);
  if (pairs.length === 0) return problem('100', 'no-merge', 'MRG');
  const orders: Order[] = [];
  for (const [segment, merged] of pairs) {
    const survivors = identifiersIn(segment, 3, authorities);
    const mergedOnes = identifiersIn(merged, 1, authorities).filter((one) =>
      isOwn(one, authorities),
    );
    const patient = ownOf(survivors, authorities);
    if (patient === undefined) return NO_PATIENT;
    if (mergedOnes.length === 0) return problem('101', 'no-merged-identifier', 'MRG', 1);
    for (const other of mergedOnes) {
      const same = survivors.find(({ authority }) => authority === other.authority);
      orders.push({ act: 'merge', patient: same ?? patient, other });
    }
  }
  return orders;
}

/** What was stored under MRG-1 is of PID-3. */
function move({ message, authorities }: Reading): ReadOrders {
  const orders: Order[] = [];
  for (const [segment, moved] of pairsIn(message)) {
    const to = ownOf(identifiersIn(segment, 3, authorities), authorities);
    const from = ownOf(identifiersIn(moved, 1, authorities), authorities);
    if (to === undefined) return NO_PATIENT;
    if (from === undefined) return problem('101', 'no-merged-identifier', 'MRG', 1);
    orders.push({ act: 'move', from, to });
  }
  return orders.length === 0 ? problem('100', 'no-merge', 'MRG') : orders;
}

/** Each MRG with the PID before it. */
const pairsIn = ({ segments }: Message): readonly (readonly [Segment | undefined, Segment])[] => {
  let patient: Segment | undefined;
  const pairs: (readonly [Segment | undefined, Segment])[] = [];
  for (const segment of segments) {
    if (segment.name === 'PID') patient = segment;
    if (segment.name === 'MRG') pairs.push([patient, segment]);
  }
  return pairs.slice(0, PAIRS_MAX);
};

const patientIn = ({ message, authorities }: Reading) =>
  ownOf(identifiersIn(segmentOf(message, 'PID'), 3, authorities), authorities);

/** The number of the stay: PV1-19, or the account (PID-18). */
const visitOf = (message: Message): string =>
  textOf(segmentOf(message, 'PV1'), 19) ||
  (segmentOf(message, 'PV1') === undefined ? '' : textOf(segmentOf(message, 'PID'), 18));

/** When it happened (EVN-6), else when it was recorded (EVN-2). */
const occurredAt = (message: Message): string | undefined => {
  const event = segmentOf(message, 'EVN');
  return timeIn(textOf(event, 6)) ?? timeIn(textOf(event, 2));
};
