import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAccess, whoseRights } from '#archive/access/decide-access';
import type { OrderedProcedure } from '#archive/order-events';
import type { Findable, Statement } from './findable.js';
import { standingOf } from './standing-statement.js';
import { claimStanding, type StandingRow } from './study-standing.js';

/** An order that waits to be done, of which the one who asks may know. `order`: its opaque id. */
export type PendingOrder = Readonly<{
  order: string;
  hospital: string;
  /** As people call it. */
  hospitalName: string;
  procedure: OrderedProcedure;
  isUrgent: boolean;
  orderedAt: Date;
  scheduledAt: Date | null;
}>;

/** For whom is asked: the opaque person, and the order that is itself judged ('' for none). */
export type PendingAsked = Readonly<{ person: string; except: string }>;

/** `wallMs`: milliseconds since 1970. */
export type PendingPorts = Readonly<{
  rows: Findable['rows'];
  policyInForce: () => AccessPolicy;
  wallMs: () => number;
}>;

/** Orders of one person at once; more are a mistake of a feed. */
const ORDERS_OF_PERSON_MAX = 200;
/** What nobody did, changed or cancelled for so long isn't waited for. */
export const PENDING_DAYS_MAX = 90;
const DAY_MS = 86_400_000;

/**
 * What waits to be done for a person, at whichever hospital: of each order the one access decision says whether the subject may find it, as if it were
 * the study that it will be. One whose study is stored (by the order's Study UID or its accession number) waits no more.
 */
export async function pendingOrders(
  { rows, policyInForce, wallMs }: PendingPorts,
  subject: AccessSubject,
  asked: PendingAsked,
): Promise<readonly PendingOrder[]> {
  const policy = policyInForce();
  const rights = whoseRights(subject, policy);
  if (rights === undefined || asked.person === '') return [];
  const found = await rows(pendingStatement(rights, asked, wallMs()));
  return (found as readonly PendingRow[])
    .filter((row) => {
      const { facts, standing } = claimStanding(row);
      return decideAccess(subject, 'search', facts, standing, policy).outcome === 'permit';
    })
    .map((row) => ({
      ...{ order: row.order, hospital: row.hospital, hospitalName: row.hospital_name },
      ...{ procedure: row.procedure, isUrgent: row.urgent },
      ...{ orderedAt: row.ordered_at, scheduledAt: row.scheduled_at },
    }));
}

type PendingRow = StandingRow &
  Readonly<{
    order: string;
    hospital_name: string;
    procedure: OrderedProcedure;
    urgent: boolean;
    ordered_at: Date;
    scheduled_at: Date | null;
  }>;

const pendingStatement = (
  { organisation, actor, person }: AccessSubject,
  asked: PendingAsked,
  nowMs: number,
): Statement => ({
  name: 'pending-orders',
  text: TEXT,
  values: [
    asked.person,
    new Date(nowMs - PENDING_DAYS_MAX * DAY_MS).toISOString(),
    asked.except,
    organisation,
    actor,
    person ?? '',
    ORDERS_OF_PERSON_MAX,
    new Date(nowMs).toISOString(),
  ],
});

const COLUMNS = `c.id as "order", coalesce(h.name, c.hospital) as hospital_name, c.procedure, c.urgent, c.ordered_at, c.scheduled_at, `;

const TEXT = `
with waiting as (
  select o.id, o.claim, o.hospital, $1::text as person, o.confidentiality, '{}'::text[] as tags, 'active' as state,
    o.procedure, o.urgent, o.ordered_at, o.scheduled_at
  from orders o
  where o.state = 'active' and o.id <> $3 and coalesce(o.scheduled_at, o.ordered_at) > $2::timestamptz
    and o.patient in (select patient from patient_ids where person = $1 union all select $1)
    and not exists (select from study_access s where o.claim <> '' and s.claim = o.claim)
    and not exists (select from {schema}.studies s where o.accession <> '' and s.hospital = o.hospital and s.accession = o.accession)
  order by o.ordered_at desc, o.id limit $7
)
${standingOf('waiting c', COLUMNS)}
order by c.ordered_at desc, c.id`;
