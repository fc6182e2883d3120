import { type BatchCommand, type BatchEvent, batch } from '#archive/disposition/decide-batch';
import { batchStream, type DispositionProposed, type DueInputs } from '#archive/disposition-events';
import type { Candidate, DispositionDesk, DispositionOrder } from '../disposition-desk.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import {
  dueNow,
  listBatches,
  listCandidates,
  readBatch,
  readCertificate,
} from './disposition-rows.js';
import { writeBatches } from './replay-dispositions.js';

/** `graceDays`: between the last approval and the disposal. `wallMs`: milliseconds since 1970. */
type DeskSettings = Readonly<{ graceDays: number; wallMs: () => number }>;

/** Disposals, over the log and their rows. */
export function dispositionDesk(ports: FactPorts, settings: DeskSettings): DispositionDesk {
  const { pool } = ports;
  const today = () => new Date(settings.wallMs()).toISOString().slice(0, 10);
  return {
    candidates: (hospital, limit) => listCandidates(pool, hospital, { today: today(), limit }),
    propose: async (order, hospital, claims) => {
      const due = fitting(await dueNow(pool, hospital, { today: today(), claims }));
      const asked = { hospital, graceDays: settings.graceDays, due };
      const proposal = await proposalOf(ports, order.id, asked);
      const decision = await commit(ports, order, order.id, { kind: 'propose', proposal });
      if (!decision.ok) return decision;
      const made = await readBatch(pool, hospital, order.id);
      return { ok: true, batch: order.id, studies: made?.batch.studies ?? 0 };
    },
    approve: async (order, hospital, { batch: id, capacity }) => {
      if (!(await isOf(ports, hospital, id))) return { ok: false, refusal: 'unknown' };
      const at = new Date(settings.wallMs()).toISOString();
      return commit(ports, order, id, { kind: 'approve', capacity, approver: order.actor, at });
    },
    stop: async (order, hospital, id) =>
      (await isOf(ports, hospital, id))
        ? commit(ports, order, id, { kind: 'stop' })
        : { ok: false, refusal: 'unknown' },
    list: (hospital, page) => listBatches(pool, hospital, page),
    read: (hospital, id) => readBatch(pool, hospital, id),
    certificate: (hospital, id) => readCertificate(pool, hospital, id),
  };
}

/** What schedules were computed from may be long: together they stay under the bound of an event. */
const INPUTS_CHARACTERS_MAX = 200_000;

const fitting = (due: Due['due']): Due['due'] => {
  let characters = 0;
  return due.filter((study) => {
    characters += JSON.stringify(study).length;
    return characters <= INPUTS_CHARACTERS_MAX;
  });
};

type Due = Readonly<{
  hospital: string;
  graceDays: number;
  due: readonly (Candidate & Pick<DueInputs, 'inputs'>)[];
}>;

/** In France the departmental archives have a say in what public hospitals destroy (CSP R1112-7, Code du patrimoine L212-2). */
const WITH_VISA = ['FR'];

const proposalOf = async (
  { pool }: FactPorts,
  id: string,
  { hospital, graceDays, due }: Due,
): Promise<DispositionProposed> => {
  const { rows } = await pool.query(
    `select coalesce(settings ->> 'jurisdiction', '') as jurisdiction from hospitals where hospital = $1`,
    [hospital],
  );
  const jurisdiction = String(rows[0]?.jurisdiction ?? '');
  return {
    type: 'DispositionProposed',
    data: {
      ...{ batch: id, hospital, jurisdiction, graceDays },
      visaNeeded: WITH_VISA.includes(jurisdiction),
      studies: due.map(({ claim, policy, policyVersion, rule }) => ({
        ...{ claim, policy, policyVersion, rule },
      })),
    },
    personal: { studies: due.map(({ claim, dueOn, inputs }) => ({ claim, dueOn, inputs })) },
  };
};

const isOf = async ({ pool }: FactPorts, hospital: string, id: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    'select 1 from disposition_batches where hospital = $1 and batch = $2',
    [hospital, id],
  );
  return rowCount === 1;
};

type Committed =
  | Readonly<{ ok: true; events: readonly BatchEvent[] }>
  | Readonly<{
      ok: false;
      refusal: Extract<ReturnType<typeof batch.decide>, { ok: false }>['refusal'];
    }>;

/** The key is made before the transaction takes a connection. */
const commit = async (
  ports: FactPorts,
  { id, actor }: DispositionOrder,
  named: string,
  command: BatchCommand,
): Promise<Committed> => {
  const keyId = batchStream(named);
  if (command.kind === 'propose') await ports.ledger.keys.ensure([keyId]);
  const metadata = { actor, correlationId: id, causationId: id };
  const order = { stream: batchStream(named), keyId, id, command, metadata };
  return commitFacts(ports, batch, order, (client, facts) => writeBatches(client, facts));
};
