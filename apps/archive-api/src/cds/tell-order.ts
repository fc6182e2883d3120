import { uuid5 } from '#events/uuid5';
import type { CareCommands } from '#index/care-commands';
import type { OpaqueIds } from '#index/opaque-ids';
import { actorOf, type Caller } from '../caller/caller.js';
import { daysAfter, isoOf } from '../governance/instants.js';
import type { PatientOfCall } from './patient-of-call.js';

/** Until then who signed an order may look at what it was about; the order itself, when its hospital sends it, says for how long. */
const SIGNED_ORDER_DAYS = 7;
/** Any UUID: names of orders are made under it. */
const NAMESPACE = '6f1f6c51-2d1e-4a55-9f6f-0f4a3b8f7d21';

export type TellOrderPorts = Readonly<{
  care: CareCommands;
  ids: Pick<OpaqueIds, 'care'>;
  wallMs: () => number;
}>;

/**
 * An order that is being signed makes its doctor take part in the patient's care: this doctor alone, and for a few days. Told once a day for each
 * doctor and patient, whether the patient is known here or not, so that the time that it takes says nothing of what is here.
 */
export async function tellOrder(
  { care, ids, wallMs }: TellOrderPorts,
  caller: Caller,
  { patient }: Pick<PatientOfCall, 'patient'>,
): Promise<void> {
  const actor = actorOf(caller);
  const organisation = caller.hospital;
  const now = wallMs();
  const day = isoOf(now).slice(0, 10);
  const relationship = ids.care('signed-order', organisation, actor, patient, day);
  const until = daysAfter(now, SIGNED_ORDER_DAYS);
  await care.record(
    { id: uuid5(NAMESPACE, relationship), actor },
    {
      type: 'RelationshipDeclared',
      data: {
        ...{ patient, relationship, kind: 'order', organisation, actor, claim: '' },
        ...{ declaredBy: actor, sampled: false },
      },
      personal: {
        ...{ from: isoOf(now), until, reviewDue: until },
        ...{ purpose: 'TREAT', attestation: 'order-sign' },
      },
    },
  );
}
