import type { Pool } from 'pg';
import {
  type Counted,
  type DuplicateFigures,
  type FiguresAsked,
  type FiguresOf,
  FOLLOWED_DAYS,
} from '../duplicate-figures.js';

/** Figures of the cards in `duplicate_cards`. */
export const duplicateFigures =
  (pool: Pool): FiguresOf =>
  async (asked, nowMs) => {
    const counted = await countCards(pool, asked);
    const followed = await followOrders(pool, asked, nowMs);
    return { ...counted, ...followed };
  };

const OF_PERIOD = `($1 = '' or c.hospital = $1) and c.shown_at >= $2 and c.shown_at < $3`;

const counts = (column: string, which = 'true') =>
  `(select coalesce(jsonb_agg(jsonb_build_object('code', code, 'count', count) order by count desc, code), '[]')
    from (select ${column} as code, count(*)::int as count from cards where ${which} group by 1) as counted)`;

const CARDS = `
with cards as (select c.order_id, c.service, c.grade, c.outcome, c.reason from duplicate_cards c where ${OF_PERIOD})
select count(*)::int as cards, count(distinct order_id)::int as orders,
  (count(*) filter (where outcome = 'accepted'))::int as accepted,
  (count(*) filter (where outcome = 'overridden'))::int as overridden,
  (count(*) filter (where outcome is null))::int as none,
  (select count(distinct o.id)::int from orders o join cards c on c.order_id = o.id where o.state = 'cancelled' and c.outcome is null) as withdrawn,
  ${counts('service')} as "byService", ${counts('grade')} as "byGrade", ${counts('reason', `outcome = 'overridden'`)} as "byReason"
from cards`;

type CardsRow = Readonly<
  Record<'cards' | 'orders' | 'accepted' | 'overridden' | 'none' | 'withdrawn', number> &
    Record<'byService' | 'byGrade' | 'byReason', readonly Counted[]>
>;

async function countCards(
  pool: Pool,
  { hospital, from, to }: FiguresAsked,
): Promise<Pick<DuplicateFigures, 'shown' | 'answers'>> {
  const { rows } = await pool.query<CardsRow>({
    name: 'duplicate-cards-counted',
    text: CARDS,
    values: [hospital, from, to],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('counting gave no row');
  const { cards, orders, byService, byGrade, byReason } = row;
  const { accepted, overridden, none, withdrawn } = row;
  return {
    shown: { cards, orders, byService, byGrade },
    answers: { accepted, overridden, none, withdrawn, byReason },
  };
}

/*
 * Of an order the first acceptance counts, once, with the largest saving that a card told of. Looked for are exams that the hospital itself has: what
 * others have of the patient, or hide, must not be told by numbers.
 */
const FOLLOWED = `
with accepted as (
  select distinct on (c.order_id) c.order_id, c.hospital, c.patient, c.answered_at as at, c.exam_group, c.regions,
    max(c.microsieverts) over mine as microsieverts, max(c.bytes) over mine as bytes, array_agg(c.prior) over mine as priors
  from duplicate_cards c where ${OF_PERIOD} and c.outcome = 'accepted'
  window mine as (partition by c.order_id) order by c.order_id, c.answered_at),
followed as (
  select a.microsieverts, a.bytes, a.at + interval '${FOLLOWED_DAYS} days' <= $4::timestamptz as due,
    exists (select from orders o where o.id = a.order_id and o.state = 'performed')
    or exists (select from study_access s join study_exams e on e.claim = s.claim
      where s.hospital = a.hospital and s.state = 'active' and s.claim <> all(a.priors)
        and s.person = coalesce((select p.person from patient_ids p where p.patient = a.patient), a.patient)
        and e.modality_group = a.exam_group and (a.regions = '{}' or e.regions && a.regions)
        and e.started between to_char(a.at at time zone 'UTC', 'YYYYMMDD')
          and to_char(a.at at time zone 'UTC' + interval '${FOLLOWED_DAYS} days', 'YYYYMMDD')) as done
  from accepted a)
select (count(*) filter (where done))::int as done, (count(*) filter (where due and not done))::int as "notDone",
  (count(*) filter (where not due and not done))::int as waiting,
  coalesce(sum(microsieverts) filter (where due and not done), 0)::text as microsieverts,
  (count(microsieverts) filter (where due and not done))::int as "ofDose",
  coalesce(sum(bytes) filter (where due and not done), 0)::text as bytes,
  (count(bytes) filter (where due and not done))::int as "ofBytes"
from followed`;

type FollowedRow = Readonly<
  Record<'done' | 'notDone' | 'waiting' | 'ofDose' | 'ofBytes', number> &
    Record<'microsieverts' | 'bytes', string>
>;

async function followOrders(
  pool: Pool,
  { hospital, from, to }: FiguresAsked,
  nowMs: number,
): Promise<Pick<DuplicateFigures, 'followed' | 'saved'>> {
  const { rows } = await pool.query<FollowedRow>({
    name: 'duplicate-orders-followed',
    text: FOLLOWED,
    values: [hospital, from, to, new Date(nowMs)],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('counting gave no row');
  const { done, notDone, waiting, ofDose, ofBytes } = row;
  return {
    followed: { waiting, done, notDone },
    saved: {
      exams: notDone,
      ...{ microsieverts: Number(row.microsieverts), ofDose },
      ...{ bytes: Number(row.bytes), ofBytes },
    },
  };
}
