import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { decideAccess, whoseRights } from '#archive/access/decide-access';
import type { OrderedProcedure, OrderState } from '#archive/order-events';
import type { Findable } from './findable.js';
import { standingOf } from './standing-statement.js';
import { claimStanding, type StandingRow } from './study-standing.js';

/** An order of imaging that the one who asks may know of. `order`, `patient`: opaque ids. */
export type KnownOfOrder = Readonly<{
  order: string;
  patient: string;
  person: string;
  hospital: string;
  /** As people call it. */
  hospitalName: string;
  state: OrderState;
  procedure: OrderedProcedure;
  isUrgent: boolean;
  orderedAt: Date;
  scheduledAt: Date | null;
}>;

/** For whom is asked: the opaque person, and the order that is itself judged ('' for none). */
export type PendingAsked = Readonly<{ person: string; except: string }>;

/** An order of the own hospital by its opaque id, its placer's number (ORC-2) or its accession number. */
export type OrderNamed = Readonly<{ by: 'id' | 'number' | 'accession'; value: string }>;

/** `wallMs`: milliseconds since 1970. */
export type PendingPorts = Readonly<{
  rows: Findable['rows'];
  policyInForce: () => AccessPolicy;
  wallMs: () => number;
}>;

/** Orders of one person, or under one number, at once; more are a mistake of a feed. */
const ORDERS_MAX = 200;
/** What nobody did, changed or cancelled for so long isn't waited for. */
export const PENDING_DAYS_MAX = 90;
const DAY_MS = 86_400_000;

/**
 * What waits to be done for a person, at whichever hospital: of each order the one access decision says whether the subject may find it, as if it were
 * the study that it will be. One whose study is stored (by the order's Study UID or its accession number) waits no more.
 */
export async function pendingOrders(
  ports: PendingPorts,
  subject: AccessSubject,
  { person, except }: PendingAsked,
): Promise<readonly KnownOfOrder[]> {
  if (person === '') return [];
  const since = new Date(ports.wallMs() - PENDING_DAYS_MAX * DAY_MS).toISOString();
  return permitted(ports, subject, {
    name: 'pending-orders',
    text: WAITING,
    first: [person, since, except],
  });
}

/** Orders of the subject's own hospital under a number, whatever has become of them, as far as the subject may find what they are about. */
export const ownOrders = (
  ports: PendingPorts,
  subject: AccessSubject,
  { by, value }: OrderNamed,
): Promise<readonly KnownOfOrder[]> =>
  permitted(ports, subject, {
    name: `own-orders-${by}`,
    text: OWN[by],
    first: [value, subject.organisation, ''],
  });

/** `first`: the first three parameters. */
type Asked = Readonly<{ name: string; text: string; first: readonly string[] }>;

async function permitted(
  { rows, policyInForce, wallMs }: PendingPorts,
  subject: AccessSubject,
  { name, text, first }: Asked,
): Promise<readonly KnownOfOrder[]> {
  const policy = policyInForce();
  const rights = whoseRights(subject, policy);
  if (rights === undefined) return [];
  const { organisation, actor, person } = rights;
  const at = new Date(wallMs()).toISOString();
  const values = [...first, organisation, actor, person ?? '', ORDERS_MAX, at];
  const found = (await rows({ name, text, values })) as readonly OrderRow[];
  return found.filter((row) => mayFind(subject, row, policy)).map(knownOf);
}

const mayFind = (subject: AccessSubject, row: OrderRow, policy: AccessPolicy): boolean => {
  const { facts, standing } = claimStanding(row);
  return decideAccess(subject, 'search', facts, standing, policy).outcome === 'permit';
};

type OrderRow = StandingRow &
  Readonly<{
    order: string;
    patient: string;
    hospital_name: string;
    order_state: OrderState;
    procedure: OrderedProcedure;
    urgent: boolean;
    ordered_at: Date;
    scheduled_at: Date | null;
  }>;

const knownOf = (row: OrderRow): KnownOfOrder => ({
  ...{ order: row.order, patient: row.patient, person: row.person },
  ...{ hospital: row.hospital, hospitalName: row.hospital_name, state: row.order_state },
  ...{ procedure: row.procedure, isUrgent: row.urgent },
  ...{ orderedAt: row.ordered_at, scheduledAt: row.scheduled_at },
});

const statement = (person: string, from: string) => `
with found as (
  select o.id, o.patient, o.claim, o.hospital, ${person} as person, o.confidentiality, '{}'::text[] as tags, 'active' as state, '' as study_date, '' as listed_on,
    o.state as order_state, o.procedure, o.urgent, o.ordered_at, o.scheduled_at
  ${from}
  order by o.ordered_at desc, o.id limit $7
)
${standingOf(
  'found c',
  `c.id as "order", c.patient, coalesce(h.name, c.hospital) as hospital_name, c.order_state, c.procedure, c.urgent, c.ordered_at, c.scheduled_at, `,
)}
order by c.ordered_at desc, c.id`;

const WAITING = statement(
  '$1::text',
  `from orders o
  where o.state = 'active' and o.id <> $3 and coalesce(o.scheduled_at, o.ordered_at) > $2::timestamptz
    and o.patient in (select patient from patient_ids where person = $1 union all select $1)
    and not exists (select from study_access s where o.claim <> '' and s.claim = o.claim)
    and not exists (select from {schema}.studies s where o.accession <> '' and s.hospital = o.hospital and s.accession = o.accession)`,
);

const ownBy = (column: string) =>
  statement(
    'coalesce(p.person, o.patient)',
    `from orders o left join patient_ids p on p.patient = o.patient where o.hospital = $2 and o.${column} = $1 and $3 = ''`,
  );

const OWN = { id: ownBy('id'), number: ownBy('number'), accession: ownBy('accession') } as const;
