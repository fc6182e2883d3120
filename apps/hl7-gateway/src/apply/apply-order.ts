import type { QualifiedIdentifier } from '#archive/identity/patient-identifier';
import type { CareCommands } from '#index/care-commands';
import type { IdentityOutcome } from '#index/identity-desk';
import type { Order } from '../orders/orders.js';
import type { Applying, Context, Refused } from './applying.js';
import { receiveOrder } from './receive-order.js';

/** A stay that no message ends, such as one of an outpatient, ends by itself. */
export const SHORT_STAY_DAYS = 30;
/** An order that is never ended lets the hospital look at the patient for so long. */
export const ORDER_DAYS = 90;
const DAY_MS = 86_400_000;

/** Does what one order asks for; done again it changes nothing. */
export async function applyOrder(
  applying: Applying,
  context: Context,
  order: Order,
): Promise<Refused> {
  switch (order.act) {
    case 'identify':
      return identify(applying, context, order);
    case 'join':
    case 'link':
    case 'merge':
    case 'part':
      return tie(applying, context, order);
    case 'move': {
      const { hospital, said } = context;
      return refusalOf(await applying.desk.reassignStudies(said, { hospital, ...order }));
    }
    case 'open-encounter':
      return openEncounter(applying, context, order);
    case 'close-encounter':
      return closeEncounter(applying, context, order);
    case 'begin-order':
      return beginOrder(applying, context, order);
    case 'end-order':
      return endOrder(applying, context, order);
    case 'tell-death':
      return tellDeath(applying, context, order);
    case 'receive-order':
      return receiveOrder(applying, context, order);
  }
}

type Of<A extends Order['act']> = Extract<Order, { act: A }>;

const refusalOf = (outcome: IdentityOutcome): Refused => (outcome.ok ? undefined : outcome.refusal);

const opaque = ({ ids }: Applying, { authority, value }: QualifiedIdentifier) =>
  ids.patient(authority, value);

/* What the message doesn't say stays as it was: only what is there replaces (v2.9 §2.5.3). */
const identify = async (
  applying: Applying,
  { said }: Context,
  { patient, person }: Of<'identify'>,
): Promise<Refused> => {
  const known = await applying.knownOf(opaque(applying, patient));
  return refusalOf(
    await applying.desk.identify(said, patient, {
      names: person.names,
      birthDate: person.birthDate ?? known?.birthDate ?? '',
      sex: person.sex ?? known?.sex ?? '',
    }),
  );
};

/* Feeds tell the same of a patient again and again: what stands isn't told anew. */
const tie = async (
  applying: Applying,
  { said }: Context,
  { act, patient, other }: Extract<Order, { other: unknown }>,
): Promise<Refused> => {
  const { desk } = applying;
  if (act === 'part') return refusalOf(await desk.part(said, { patient, other }));
  const [one, two] = [opaque(applying, patient), opaque(applying, other)];
  const standing = (await desk.tiesOf(patient)).filter((each) =>
    [each.patient, each.other].includes(two),
  );
  if (act === 'merge') {
    const isMerged = standing.some((each) => each.kind === 'merge' && each.patient === one);
    return isMerged ? undefined : refusalOf(await desk.merge(said, { patient, other }));
  }
  return standing.length > 0 ? undefined : refusalOf(await desk.link(said, { patient, other }));
};

const openEncounter = (
  applying: Applying,
  context: Context,
  { patient, visit, from, isShort }: Of<'open-encounter'>,
): Promise<Refused> => {
  const begun = notAfter(from, context.receivedAt);
  const until = isShort ? later(begun, SHORT_STAY_DAYS) : null;
  const data = {
    patient: opaque(applying, patient),
    encounter: encounterOf(applying, context, visit),
    organisation: context.hospital,
  };
  return record(applying, context, {
    type: 'EncounterOpened',
    data,
    personal: { from: begun, until },
  });
};

const closeEncounter = async (
  applying: Applying,
  context: Context,
  { patient, visit, until }: Of<'close-encounter'>,
): Promise<Refused> => {
  const encounter = encounterOf(applying, context, visit);
  const whose = await applying.patientOfRelationship(encounter);
  return record(applying, context, {
    type: 'EncounterClosed',
    data: { patient: whose ?? opaque(applying, patient), encounter },
    personal: { until: notAfter(until, context.receivedAt) },
  });
};

/* Nobody has died after the message was sent, but that it may be a day later there. */
const tellDeath = async (
  applying: Applying,
  { said, hospital: source, receivedAt }: Context,
  { patient, on }: Of<'tell-death'>,
): Promise<Refused> => {
  if (on !== undefined && on > later(receivedAt.toISOString(), 1).slice(0, on.length))
    return 'death-in-future';
  const data = { subject: opaque(applying, patient), source };
  const order = { id: said.id, actor: said.metadata.actor };
  const done = await applying.retention.record(
    order,
    on === undefined
      ? { type: 'DeathRetracted', data }
      : { type: 'DeathRecorded', data, personal: { date: on } },
  );
  return done.ok ? undefined : done.refusal;
};

const beginOrder = (
  applying: Applying,
  context: Context,
  { patient, placer }: Extract<Order, { placer: string }>,
): Promise<Refused> => {
  const from = context.receivedAt.toISOString();
  return record(applying, context, {
    type: 'RelationshipDeclared',
    data: {
      patient: opaque(applying, patient),
      relationship: orderOf(applying, context, placer),
      kind: 'order',
      organisation: context.hospital,
      actor: '',
      claim: '',
      declaredBy: context.said.metadata.actor,
      sampled: false,
    },
    personal: {
      from,
      until: later(from, ORDER_DAYS),
      reviewDue: later(from, ORDER_DAYS),
      purpose: 'TREAT',
      attestation: '',
    },
  });
};

const endOrder = async (
  applying: Applying,
  context: Context,
  { patient, placer }: Extract<Order, { placer: string }>,
): Promise<Refused> => {
  const relationship = orderOf(applying, context, placer);
  const whose = await applying.patientOfRelationship(relationship);
  return record(applying, context, {
    type: 'RelationshipEnded',
    data: { patient: whose ?? opaque(applying, patient), relationship },
    personal: { until: context.receivedAt.toISOString() },
  });
};

const record = async (
  { care }: Applying,
  { said }: Context,
  fact: Parameters<CareCommands['record']>[1],
): Promise<Refused> => {
  const done = await care.record({ id: said.id, actor: said.metadata.actor }, fact);
  return done.ok ? undefined : done.refusal;
};

const encounterOf = ({ ids }: Applying, { hospital }: Context, visit: string) =>
  ids.care('encounter', hospital, visit);
const orderOf = ({ ids }: Applying, { hospital }: Context, placer: string) =>
  ids.care('order', hospital, placer);

/* A clock without an offset is read as UTC: nothing begins or ends later than it was told. */
const notAfter = (time: string | undefined, receivedAt: Date): string => {
  const received = receivedAt.toISOString();
  return time === undefined || time > received ? received : time;
};

const later = (time: string, days: number): string =>
  new Date(Date.parse(time) + days * DAY_MS).toISOString();
