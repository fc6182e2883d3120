import { decideAction } from '#archive/access/decide-access';
import { orderId } from '#index/order-id';
import { personalOf } from '../audit/personal-of.js';
import { accessSubjectOf } from '../caller/access-subject.js';
import { actorOf } from '../caller/caller.js';
import type { CdsPorts } from './cds-ports.js';
import type { Asked, ShownCardOf } from './hook-call.js';

/** Writes down who was told of which studies, and by which cards; resolves when that is durable. Also when there was nothing to tell. */
export async function recordCards(
  ports: CdsPorts,
  asked: Asked,
  shown: readonly ShownCardOf[],
): Promise<void> {
  await recordShown(ports, asked, shown);
  for (const one of shown) await recordCard(ports, asked, one);
}

function recordShown(
  { recordAccess, policyInForce }: CdsPorts,
  { caller, client, service }: Asked,
  shown: readonly ShownCardOf[],
): Promise<void> {
  const subject = accessSubjectOf(caller);
  const decision = decideAction(subject, 'search', subject.organisation, policyInForce());
  const { outcome, rule, version, obligations } = decision;
  const claims = new Set(
    shown
      .flatMap(({ duplicates }) => duplicates)
      .flatMap(({ found }) => (found.kind === 'study' ? [found.claim] : [])),
  );
  return recordAccess({
    ...{ subject, action: 'search', outcome, rule, policyVersion: version, obligations },
    ...{ claim: null, hospital: null, person: null, kind: 'duplicates' },
    personal: {
      ...personalOf(caller),
      query: `cds-services/${service.id} by ${client.id}`,
      claims: [...claims],
    },
  });
}

async function recordCard(
  { orders, ids, wallMs }: CdsPorts,
  { caller, patient, service }: Asked,
  { card, key, best, order, dose }: ShownCardOf,
): Promise<void> {
  const { found, match } = best;
  const isStudy = found.kind === 'study';
  await orders.cardsShown(
    { actor: actorOf(caller) },
    {
      hospital: caller.hospital,
      patient: patient.patient,
      order: orderId(ids, caller.hospital, key),
      service: service.id,
      at: new Date(wallMs()).toISOString(),
      group: order.exam.group,
      regions: order.exam.regions,
      cards: [
        {
          card: card.uuid,
          prior: isStudy ? found.claim : '',
          pending: isStudy ? '' : found.order,
          ...{ grade: match.grade, indicator: card.indicator, windows: match.version },
          suggestions: (card.suggestions ?? []).map(({ uuid }) => uuid),
          microsieverts: dose?.microsieverts ?? null,
          bytes: isStudy ? found.bytes : null,
        },
      ],
    },
  );
}
