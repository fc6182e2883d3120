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
        ...believable({ orderedAt, scheduledAt }, receivedAt),
      },
    },
  );
  return outcome.ok ? undefined : outcome.refusal;
}

const DAY_MS = 86_400_000;
/** Nobody schedules an exam for later; a slip of the pen would let it wait for ever. */
const DAYS_AHEAD_MAX = 1_096;

/* Nothing was ordered later than it was told. Times are compared as times: years beyond 9999 are written otherwise. */
const believable = (
  { orderedAt, scheduledAt }: Pick<ReceivedOrder, 'orderedAt' | 'scheduledAt'>,
  receivedAt: Date,
) => {
  const received = receivedAt.getTime();
  const ordered = Math.min(Date.parse(orderedAt ?? receivedAt.toISOString()), received);
  const isNear =
    scheduledAt !== undefined && Date.parse(scheduledAt) <= received + DAYS_AHEAD_MAX * DAY_MS;
  return {
    orderedAt: new Date(ordered).toISOString(),
    scheduledAt: isNear ? scheduledAt : null,
  };
};
