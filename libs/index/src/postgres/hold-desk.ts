import type { Pool } from 'pg';
import { type HoldCommand, legalHold } from '#archive/hold/decide-hold';
import { type HoldOpened, holdStream } from '#archive/hold-events';
import type { HoldDesk, HoldOrder, HoldOutcome, WantedHold } from '../hold-desk.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { findHold, listHoldStudies, listHolds } from './hold-rows.js';
import { seemHeld } from './is-held.js';
import { projectHold } from './replay-holds.js';

/** Standing cases of one hospital, or of the agency: each store looks through them. */
export const HOLDS_MAX = 500;

/** Legal holds over the log and their rows. */
export const holdDesk = (ports: FactPorts): HoldDesk => ({
  open: async (order, wanted) => {
    if (await isFull(ports, order)) return { ok: false, refusal: 'too-many' };
    const opened = openedBy(order, wanted);
    return commit(ports, order, order.id, { kind: 'open', opened });
  },
  act: (order, hold, act) => {
    const { hospital, actor, at } = order;
    return commit(ports, order, hold, { ...act, hospital, actor, at });
  },
  list: (page) => listHolds(ports.pool, page),
  find: (hold) => findHold(ports.pool, hold),
  held: async (hospital, claims) => {
    const own = await ownAmong(ports.pool, hospital, claims);
    return [...(await seemHeld(ports.pool, own))].sort();
  },
  studies: (hold, page) => listHoldStudies(ports.pool, hold, page),
});

const ownAmong = async (
  pool: Pool,
  hospital: string,
  claims: readonly string[],
): Promise<readonly string[]> => {
  const { rows } = await pool.query(
    `select claim from study_access where claim = any ($1) and $2 in ('', hospital)`,
    [claims, hospital],
  );
  return rows.map(({ claim }) => String(claim));
};

/** An order that was carried out before finds its own case there. */
async function isFull({ pool }: FactPorts, { id, hospital }: HoldOrder): Promise<boolean> {
  const { rows } = await pool.query({
    name: 'standing-holds',
    text: `select count(*)::int as standing from legal_holds where hospital = $1 and status <> 'released' and hold <> $2`,
    values: [hospital, id],
  });
  return rows[0]?.standing >= HOLDS_MAX;
}

const openedBy = (
  { id: hold, hospital, actor, at }: HoldOrder,
  { scope, patient, claim, criteria, reason, reviewDue }: WantedHold,
): HoldOpened => ({
  type: 'HoldOpened',
  data: { hold, hospital, scope, patient, claim, actor },
  personal: { at, reason, reviewDue, criteria },
});

/** The key is made before the transaction takes a connection: none waits for a second one while it holds the first. */
async function commit(
  ports: FactPorts,
  { id, actor }: HoldOrder,
  hold: string,
  command: HoldCommand,
): Promise<HoldOutcome> {
  const stream = holdStream(hold);
  if (command.kind === 'open') await ports.ledger.keys.ensure([stream]);
  const metadata = { actor, correlationId: id, causationId: id };
  const order = { id, stream, keyId: stream, command, metadata };
  const decision = await commitFacts(ports, legalHold, order, projectHold);
  return decision.ok ? { ok: true } : decision;
}
