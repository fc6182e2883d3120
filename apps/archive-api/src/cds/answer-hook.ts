import type { OrderedExam } from '#exams/match-words';
import type { Terms } from '#exams/terms';
import type { Duplicate, KnownExam } from '../duplicates/duplicate.js';
import { duplicatesAmong, knownExams } from '../duplicates/find-duplicates.js';
import { canRepeat, orderOf } from '../duplicates/order-of.js';
import { ProblemException, patientNotNamed } from '../problem.js';
import type { Card } from './card-shape.js';
import type { CdsPorts } from './cds-ports.js';
import { clinicianOf } from './clinician.js';
import { draftsOf } from './drafts.js';
import type { Asked, HookCall, Judged, ShownCardOf } from './hook-call.js';
import type { ServiceRequest } from './hook-request.js';
import { linkToOrder, type SystemAction } from './link-to-order.js';
import { makeCard } from './make-card.js';
import { identifiersOf, patientOf } from './patient-of-call.js';
import { recordCards } from './record-cards.js';
import { statedOrder } from './stated-order.js';
import { tellOrder } from './tell-order.js';

/** CDS Hooks 2.0, CDS Service Response. */
export type HookAnswer = Readonly<{
  cards: readonly Card[];
  systemActions?: readonly SystemAction[];
}>;

const NOTHING: HookAnswer = { cards: [] };

/**
 * What a clinician who orders may know of the patient's exams. No card when nothing is to be told: because there is nothing, because they may not
 * know of it, or because it isn't certain who the patient is; none of these can be told from the others.
 */
export async function answerHook(ports: CdsPorts, call: HookCall): Promise<HookAnswer> {
  const { client, body, service } = call;
  const caller = clinicianOf(client, body.context.userId, ports.registry);
  const drafts = draftsOf(body);
  if (caller === undefined || drafts.length === 0) return NOTHING;
  const terms = await ports.termsOf(caller.hospital);
  const judged = judgedOf(drafts, terms, ports);
  if (judged.length === 0) return NOTHING;
  const authorities = await ports.authoritiesOf(caller.hospital);
  const identifiers = identifiersOf(body, drafts, authorities);
  if (identifiers.length === 0) throw new ProblemException(patientNotNamed());
  const patient = await patientOf(ports, identifiers);
  if (patient === undefined) return NOTHING;
  if (service.hook === 'order-sign' && caller.roles.includes('physician'))
    await tellOrder(ports, caller, patient);
  return answerKnown(ports, { ...call, caller, patient, terms }, judged);
}

function judgedOf(
  drafts: readonly ServiceRequest[],
  terms: Terms,
  { windowsInForce, wallMs }: CdsPorts,
): readonly Judged[] {
  const today = new Date(wallMs()).toISOString().slice(0, 10);
  const windows = windowsInForce();
  return drafts
    .map((draft) => ({ draft, order: orderOf(statedOrder(draft, today), terms) }))
    .filter(({ order }) => canRepeat(order, windows));
}

async function answerKnown(
  ports: CdsPorts,
  asked: Asked,
  judged: readonly Judged[],
): Promise<HookAnswer> {
  const { caller, patient, service } = asked;
  const { person } = patient;
  const known = await knownExams(ports, caller, {
    person,
    orders: judged.map(({ order }) => order),
  });
  const told = judged.flatMap((one) => {
    const duplicates = duplicatesOf(ports, asked, known, one.order);
    return duplicates[0] === undefined ? [] : [{ ...one, best: duplicates[0], duplicates }];
  });
  const shown = await Promise.all(told.map((one) => makeCard(ports, asked, one)));
  await recordCards(ports, asked, shown);
  const systemActions = service.hook === 'order-sign' ? shown.flatMap(linkToOrder) : [];
  const cards = shown.map(({ card }: ShownCardOf) => card);
  return systemActions.length === 0 ? { cards } : { cards, systemActions };
}

/** Early, only what would be warned of when it is signed. */
function duplicatesOf(
  { windowsInForce }: CdsPorts,
  { service }: Asked,
  known: readonly KnownExam[],
  order: OrderedExam,
): readonly Duplicate[] {
  const found = duplicatesAmong(known, order, windowsInForce());
  return service.hook === 'order-sign'
    ? found
    : found.filter(({ match }) => match.indicator === 'warning');
}
