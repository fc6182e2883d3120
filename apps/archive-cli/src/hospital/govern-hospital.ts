import { randomUUID } from 'node:crypto';
import {
  type HospitalCommand,
  type HospitalRefusal,
  hospitalDecider,
} from '#archive/hospital/decide-hospital';
import { hospitalStream } from '#archive/hospital-events';
import { commitFacts, type FactPorts } from '#index/postgres/commit-facts';
import { projectHospital } from '#index/postgres/replay-hospitals';
import { OperatorFault } from '#platform/operator-fault';

const LINES: Readonly<Record<HospitalRefusal, string>> = {
  'not-onboarded': 'is not onboarded: onboard it first',
  'onboarded-otherwise':
    'was onboarded before, with other settings: see arkim hospital show, and change it by arkim hospital change',
};

/** Does what an operator tells of a hospital; resolves to whether anything changed. */
export async function governHospital(ports: FactPorts, command: HospitalCommand): Promise<boolean> {
  const id = randomUUID();
  const stream = hospitalStream(command.hospital);
  const metadata = { actor: 'operator', correlationId: id, causationId: id };
  const order = { id, stream, command, metadata };
  const decision = await commitFacts(ports, hospitalDecider, order, projectHospital);
  if (!decision.ok) throw new OperatorFault(`${command.hospital} ${LINES[decision.refusal]}`);
  return decision.events.length > 0;
}
