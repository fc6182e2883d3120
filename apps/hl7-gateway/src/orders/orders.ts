import type { QualifiedIdentifier } from '#archive/identity/patient-identifier';
import type { PatientName } from '#archive/identity-events';
import type { OrderedProcedure, OrderState } from '#archive/order-events';
import type { MessageProblem } from '#hl7/acknowledge';

/** What a message says of a person; undefined: it doesn't say, what was known stays. */
export type StatedPerson = Readonly<{
  names: readonly PatientName[];
  birthDate: string | undefined;
  sex: string | undefined;
}>;

export type Pair = Readonly<{ patient: QualifiedIdentifier; other: QualifiedIdentifier }>;

/**
 * What a message says of an order of imaging. `procedure` undefined: it doesn't say what is to be done; `study`: the Study UID, '' for none;
 * `orderedAt` undefined: when it was received.
 */
export type ReceivedOrder = Readonly<{
  act: 'receive-order';
  patient: QualifiedIdentifier;
  placer: string;
  state: OrderState;
  procedure: OrderedProcedure | undefined;
  study: string;
  accession: string;
  confidentiality: 'N' | 'R' | 'V';
  isUrgent: boolean;
  orderedAt: string | undefined;
  scheduledAt: string | undefined;
}>;

/** What a message asks for, one after the other. Times in ISO 8601; undefined: when it was received. `visit`, `placer`: numbers of the hospital; `on`: YYYY-MM-DD, undefined: not dead. */
export type Order =
  | Readonly<{ act: 'identify'; patient: QualifiedIdentifier; person: StatedPerson }>
  | (Readonly<{ act: 'join' | 'link' | 'merge' | 'part' }> & Pair)
  | Readonly<{ act: 'move'; from: QualifiedIdentifier; to: QualifiedIdentifier }>
  | Readonly<{
      act: 'open-encounter';
      patient: QualifiedIdentifier;
      visit: string;
      from: string | undefined;
      isShort: boolean;
    }>
  | Readonly<{
      act: 'close-encounter';
      patient: QualifiedIdentifier;
      visit: string;
      until: string | undefined;
    }>
  | Readonly<{
      act: 'begin-order' | 'end-order';
      patient: QualifiedIdentifier;
      placer: string;
    }>
  | Readonly<{ act: 'tell-death'; patient: QualifiedIdentifier; on: string | undefined }>
  | ReceivedOrder;

/** What a message asks for, or what is wrong with it. */
export type ReadOrders = readonly Order[] | MessageProblem;

export const isProblem = (read: ReadOrders): read is MessageProblem => !Array.isArray(read);

/** All identifiers that an order is about. */
export function patientsOf(order: Order): readonly QualifiedIdentifier[] {
  switch (order.act) {
    case 'join':
    case 'link':
    case 'merge':
    case 'part':
      return [order.patient, order.other];
    case 'move':
      return [order.from, order.to];
    default:
      return [order.patient];
  }
}
