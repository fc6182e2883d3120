import type { HookRequest, ServiceRequest } from './hook-request.js';

/** Orders of one call that are judged; clinicians sign a few at once. */
export const DRAFTS_MAX = 20;

/** What is not to be done, or not any more. */
const OVER = ['revoked', 'completed', 'entered-in-error'];

/** The orders that a call asks about: of the patient of its context only, and of order-select only the selected ones. */
export function draftsOf({ context }: Pick<HookRequest, 'context'>): readonly ServiceRequest[] {
  const { draftOrders, patientId, selections } = context;
  return (draftOrders.entry ?? [])
    .flatMap(({ resource }) => (isServiceRequest(resource) ? [resource] : []))
    .filter(
      (order) =>
        isOf(order, patientId) &&
        isToBeDone(order) &&
        (selections === undefined || selections.some((selected) => names(selected, order))),
    )
    .slice(0, DRAFTS_MAX);
}

type Entry = NonNullable<HookRequest['context']['draftOrders']['entry']>[number];

const isServiceRequest = (resource: Entry['resource']): resource is ServiceRequest =>
  resource?.resourceType === 'ServiceRequest';

/** A reference may be relative, or the address of a server. */
const isOf = ({ subject: { reference } }: ServiceRequest, patientId: string): boolean =>
  reference === undefined || lastTwo(reference) === `Patient/${patientId}`;

const names = (selected: string, { id }: ServiceRequest): boolean =>
  id !== undefined && lastTwo(selected) === `ServiceRequest/${id}`;

const lastTwo = (reference: string): string => reference.split('/').slice(-2).join('/');

const isToBeDone = ({ status = '', doNotPerform }: ServiceRequest): boolean =>
  !OVER.includes(status) && doNotPerform !== true;
