import { care } from '#archive/care/decide-care';
import { confidentiality } from '#archive/care/decide-confidentiality';
import {
  type BreakGlassOpened,
  type CareEvent,
  careStream,
  confidentialityStream,
  patientKey,
} from '#archive/care-events';
import type { ArchiveEvent } from '#archive/catalogue';
import type { Decider, Decision } from '#events/decider';
import { readOpened } from '#events/ledger';
import type { CareCommands, CareOrder } from '../care-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { writeCare } from './write-care.js';

/** Commands of care over the log and the rows. */
export const careCommands = (ports: FactPorts): CareCommands => ({
  record: (order, fact) =>
    commit(ports, care, order, {
      stream: careStream(fact.data.patient),
      keyId: patientKey(fact.data.patient),
      command: { fact },
    }),
  setConfidentiality: (order, command) =>
    commit(ports, confidentiality, order, {
      stream: confidentialityStream(command.claim),
      keyId: command.claim,
      command,
    }),
  readBreakGlass: (patient, breakGlass) => readBreakGlass(ports, patient, breakGlass),
});

async function readBreakGlass(
  { pool, logWithin, ledger }: FactPorts,
  patient: string,
  breakGlass: string,
): Promise<BreakGlassOpened['personal'] | undefined> {
  const client = await pool.connect();
  try {
    const within = { ...ledger, store: logWithin(client) };
    for await (const { event } of readOpened<CareEvent>(within, careStream(patient)))
      if (event.type === 'BreakGlassOpened' && event.data.breakGlass === breakGlass)
        return event.personal;
    return undefined;
  } finally {
    client.release();
  }
}

type Ordered<C> = Readonly<{ stream: string; keyId: string; command: C }>;

/** The key is made, and remembered, before the transaction takes a connection: none waits for a second one while it holds the first. */
async function commit<S, C, E extends ArchiveEvent, R>(
  ports: FactPorts,
  decider: Decider<S, C, E, R>,
  { id, actor }: CareOrder,
  ordered: Ordered<C>,
): Promise<Readonly<{ ok: true } | { ok: false; refusal: R | 'erased' }>> {
  const { keyId } = ordered;
  if ((await ports.ledger.keys.ensure([keyId])).get(keyId) === 'destroyed')
    return { ok: false, refusal: 'erased' };
  const metadata = { actor, correlationId: id, causationId: id };
  const decision: Decision<E, R> = await commitFacts(
    ports,
    decider,
    { ...ordered, id, metadata },
    writeCare,
  );
  return decision.ok ? { ok: true } : decision;
}
