import { patientKey } from '#archive/care-events';
import { retention } from '#archive/retention/decide-retention';
import { type RetentionEvent, retentionStream } from '#archive/retention-events';
import type { PolicyOrder } from '../policy-commands.js';
import type { RetentionCommands, RetentionOutcome } from '../retention-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { writeRetention } from './write-retention.js';

/** Commands of what moves schedules, over the log and the rows. */
export const retentionCommands = (ports: FactPorts): RetentionCommands => ({
  record: (order, fact) => record(ports, order, fact),
});

/** The key is made, and remembered, before the transaction takes a connection: none waits for a second one while it holds the first. */
async function record(
  ports: FactPorts,
  { id, actor }: PolicyOrder,
  fact: RetentionEvent,
): Promise<RetentionOutcome> {
  const keyId = keyOf(fact);
  if ((await ports.ledger.keys.ensure([keyId])).get(keyId) === 'destroyed')
    return { ok: false, refusal: 'erased' };
  const metadata = { actor, correlationId: id, causationId: id };
  const stream = retentionStream(fact.data.subject);
  const order = { stream, keyId, id, metadata, command: { fact } };
  const decision = await commitFacts(ports, retention, order, writeRetention);
  return decision.ok ? { ok: true } : decision;
}

/** Deaths are of patients, disputes and marks of a patient or a study. */
const keyOf = ({ data }: RetentionEvent): string =>
  'scope' in data && data.scope === 'study' ? data.subject : patientKey(data.subject);
