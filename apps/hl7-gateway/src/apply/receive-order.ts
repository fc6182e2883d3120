import { isUid } from '#dicom/uid';
import { orderId } from '#index/order-id';
import type { ReceivedOrder } from '../orders/orders.js';
import type { Applying, Context, Refused } from './applying.js';

/** Takes what a hospital says of an order of imaging; what is no UID names no study. */
export async function receiveOrder(
  { ids, orders }: Pick<Applying, 'ids' | 'orders'>,
  { said, hospital, receivedAt }: Context,
  order: ReceivedOrder,
): Promise<Refused> {
  const { patient, placer, state, procedure, study } = order;
  const { accession, confidentiality, isUrgent, orderedAt, scheduledAt } = order;
  const outcome = await orders.receive(
    { id: said.id, actor: said.metadata.actor },
    {
      data: {
        hospital,
        patient: ids.patient(patient.authority, patient.value),
        order: orderId(ids, hospital, placer),
        claim: isUid(study) ? ids.claim(hospital, study) : '',
        state,
      },
      personal: {
        ...{ number: placer, accession, confidentiality, isUrgent },
        ...(procedure === undefined ? {} : { procedure }),
        orderedAt: orderedAt ?? receivedAt.toISOString(),
        scheduledAt: scheduledAt ?? null,
      },
    },
  );
  return outcome.ok ? undefined : outcome.refusal;
}
