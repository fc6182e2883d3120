import { proofOfEvent, proofOfGrowth } from '#evidence/postgres/log-proofs';
import { proofOfRecord } from '#evidence/postgres/record-proof-of';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type Terminal, UsageFault } from '../command.js';
import { withFacts } from '../with-facts.js';
import { withLog } from './with-log.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Prints what proves that an event is in the log. */
export async function proveEvent(id: string, terminal: Terminal): Promise<number> {
  if (!UUID.test(id)) throw new UsageFault('the id of an event is a UUID');
  return withFacts(readConfig(), async (_ports, pool) => {
    const proof = await proofOfEvent(pool, id);
    if (proof === undefined) throw new OperatorFault('no seal covers such an event');
    terminal.answer(JSON.stringify(proof));
    return 0;
  });
}

/** Prints what proves that a record of access was sealed. */
export async function proveRecord(id: string, terminal: Terminal): Promise<number> {
  if (!UUID.test(id)) throw new UsageFault('the id of a record is a UUID');
  return withLog(readConfig(), async (log, pool) => {
    const proof = await proofOfRecord(pool, log, id);
    if (proof === undefined) throw new OperatorFault('no seal covers such a record');
    terminal.answer(JSON.stringify(proof));
    return 0;
  });
}

/** Prints what proves that the log only grew from the seal of one day to that of another. */
export const proveConsistency = (
  { from, to }: Readonly<{ from: string; to: string }>,
  terminal: Terminal,
): Promise<number> =>
  withFacts(readConfig(), async (_ports, pool) => {
    const growth = await proofOfGrowth(pool, [from, to]);
    if (growth === undefined) throw new OperatorFault('one of these days has no seal');
    terminal.answer(JSON.stringify(growth));
    return 0;
  });
