import type { PoolClient } from 'pg';
import { type HoldEvent, type HoldOpened, holdStream } from '#archive/hold-events';
import { columnText } from '../header-json.js';
import { BUILT, type OpenedFact, type TableProjection } from './replay-table.js';

const COLUMNS = [
  ...['hold', 'hospital', 'scope', 'patient', 'claim', 'from_day', 'to_day', 'groups', 'regions'],
  ...['reason', 'opened_by', 'opened_at', 'review_due', 'reviewed_at', 'status'],
  ...['asked_by', 'asked_at', 'asked_reason', 'released_by', 'released_at'],
  ...['confirmed_at', 'confirmed_studies', 'ended_at'],
];
const OPENED = COLUMNS.slice(0, COLUMNS.indexOf('reviewed_at'));

/** The cases; what is personal in them is sealed under a key of each. */
export const legalHoldsTable: TableProjection = {
  table: 'legal_holds',
  key: 'hold',
  columns: COLUMNS,
  times: [
    ...['opened_at', 'review_due', 'reviewed_at', 'asked_at'],
    ...['released_at', 'confirmed_at', 'ended_at'],
  ],
  types: [
    ...(['HoldOpened', 'HoldConfirmed', 'HoldReviewed', 'HoldReleaseAsked'] as const),
    ...(['HoldReleaseDeclined', 'HoldReleased', 'HoldEnded'] as const),
  ],
  sealedBy: (row) => `'${holdStream('')}' || ${row}.hold`,
  replay: (client, facts) => applyHolds(client, BUILT, facts),
};

/** Makes the row of a case what its stream says, in the client's transaction. */
export const projectHold = (client: PoolClient, facts: readonly OpenedFact[]): Promise<void> =>
  applyHolds(client, 'legal_holds', facts);

async function applyHolds(
  client: PoolClient,
  table: string,
  facts: readonly OpenedFact[],
): Promise<void> {
  for (const { event, recorded } of facts) {
    if (event.type === 'HoldOpened') await insertOpened(client, table, event);
    const change = changeOf(event as HoldEvent, recorded.recordedAt);
    if (change === undefined) continue;
    const { hold, set, values } = change;
    await client.query(`update ${table} set ${set} where hold = $1`, [hold, ...values]);
  }
}

/* Whoever inserts keeps disposals out for a moment: a row that is there needs none of that. */
async function insertOpened(
  client: PoolClient,
  table: string,
  { data, personal }: HoldOpened,
): Promise<void> {
  if (personal === undefined) return;
  const known = await client.query(`select from ${table} where hold = $1`, [data.hold]);
  if (known.rowCount !== 0) return;
  const { hold, hospital, scope, patient, claim, actor } = data;
  const { from = '', to = '', groups = [], regions = [] } = personal.criteria ?? {};
  await client.query(
    `insert into ${table} (${OPENED}) values (${OPENED.map((_, at) => `$${at + 1}`)})`,
    [
      ...[hold, hospital, scope, patient, claim, from, to, groups, regions],
      ...[columnText(personal.reason), actor, personal.at, personal.reviewDue],
    ],
  );
}

type Change = Readonly<{ hold: string; set: string; values: readonly unknown[] }>;

/** What a later fact sets; each says the same again when it is applied again. */
function changeOf(event: HoldEvent, recordedAt: string): Change | undefined {
  switch (event.type) {
    case 'HoldConfirmed': {
      const { hold, studies } = event.data;
      const set = 'confirmed_at = $2, confirmed_studies = $3';
      return { hold, set, values: [recordedAt, studies] };
    }
    case 'HoldEnded':
      return { hold: event.data.hold, set: 'ended_at = $2', values: [recordedAt] };
    default:
      return personalChange(event);
  }
}

function personalChange(event: HoldEvent): Change | undefined {
  if (event.type === 'HoldReviewed') {
    const { at, reviewDue } = event.personal ?? {};
    const set = 'reviewed_at = $2, review_due = $3';
    return at === undefined ? undefined : { hold: event.data.hold, set, values: [at, reviewDue] };
  }
  if (event.type === 'HoldReleaseAsked') return askedChange(event);
  if (event.type === 'HoldReleaseDeclined') {
    const set = `${unlessReleased('standing')}, asked_by = '', asked_at = null, asked_reason = ''`;
    return { hold: event.data.hold, set, values: [] };
  }
  if (event.type !== 'HoldReleased') return undefined;
  const { hold, actor } = event.data;
  const set = `status = 'released', released_by = $2, released_at = $3`;
  return { hold, set, values: [actor, event.personal?.at ?? null] };
}

function askedChange({
  data: { hold, actor },
  personal,
}: Extract<HoldEvent, { type: 'HoldReleaseAsked' }>): Change {
  const set = `${unlessReleased('release-asked')}, asked_by = $2, asked_at = $3, asked_reason = $4`;
  return {
    hold,
    set,
    values: [actor, personal?.at ?? null, columnText(personal?.reason ?? '')],
  };
}

/* Facts of a whole stream may be applied again: a case that is over doesn't stand in between. */
const unlessReleased = (status: string) =>
  `status = case when status = 'released' then status else '${status}' end`;
