import { columnOf, MOMENTS } from './search-columns.js';
import type { Bind, HeaderMatch } from './search-sql.js';
import { addDays, inZone, type LocalMoment, ZONES } from './search-zone.js';

type Side = 'from' | 'to';
const SIDES = ['from', 'to'] as const;

/** A condition on a date and, when the query has one that belongs to it, on its time: ranges that are one range of moments. */
export type MomentMatch<Match extends HeaderMatch> = Readonly<{
  date: Match;
  time: Match | undefined;
}>;

/**
 * A date range and a time range that are open on the same sides are one range of moments (PS3.4 §C.2.2.2.5.4). So is, in a time zone, a
 * range of days: its midnights are those of the zone.
 */
export const momentsOf = <Match extends HeaderMatch>(
  matches: readonly Match[],
): readonly MomentMatch<Match>[] =>
  matches.flatMap((date) => {
    const timePath = MOMENTS.get(date.path.join('.'));
    if (timePath === undefined || date.condition.kind !== 'range') return [];
    const time = matches.find(
      (match) => match.path.join('.') === timePath && isOneRange(date, match),
    );
    return time === undefined && zoneOf(date) === undefined ? [] : [{ date, time }];
  });

const isOneRange = (date: HeaderMatch, time: HeaderMatch) =>
  time.condition.kind === 'range' &&
  SIDES.every((side) => (end(date, side) === undefined) === (end(time, side) === undefined));

const end = (match: HeaderMatch | undefined, side: Side): string | undefined =>
  match?.condition.kind === 'range' ? match.condition[side] : undefined;

/** The zone in which the query means its dates and times. */
const zoneOf = ({ condition }: HeaderMatch): string | undefined =>
  condition.kind === 'range' ? condition.zone : undefined;

/** Beginning and end of a day as times of a moment; moments without a time are of that day. */
const WHOLE_DAY = { from: '', to: '~' };
const DAY_ENDS = { from: '000000', to: '235959.999999' };

/** The end of the range as moments without a zone have it, and as clocks of each zone do. */
const boundOf = ({ date, time }: MomentMatch<HeaderMatch>, side: Side) => {
  const day = end(date, side);
  if (day === undefined) return undefined;
  const zone = zoneOf(date);
  const ofDay = end(time, side) ?? DAY_ENDS[side];
  return {
    plain: { date: day, time: end(time, side) ?? WHOLE_DAY[side] },
    inZone: (stored: string): LocalMoment =>
      zone === undefined
        ? { date: day, time: ofDay }
        : inZone({ date: day, time: ofDay }, zone, stored),
  };
};

/** Days that two zones can be apart. */
const ZONE_DAYS_MAX = 2;

/** TimezoneOffsetFromUTC as a row's ready JSON has it. */
export const zoneSql = (json: string) =>
  `substring(${json} from '"00080201":\\{"vr":"SH","Value":\\["([+-][0-9]{4})"\\]\\}')`;

/** Conditions on the columns of a date and its time; rows that know their zone are compared in it. */
export function momentSql(
  moment: MomentMatch<HeaderMatch>,
  json: string,
  bind: Bind,
): readonly string[] {
  const day = columnOf(moment.date)?.sql ?? '';
  const hour = columnOf({ path: [MOMENTS.get(moment.date.path.join('.')) ?? ''] })?.sql ?? '';
  const compare = (side: Side, operator: '>=' | '<='): readonly string[] => {
    const bound = boundOf(moment, side);
    if (bound === undefined) return side === 'from' ? [`${day} <> ''`] : [];
    const plain = `${bind(bound.plain.date)}, ${bind(bound.plain.time)}`;
    if (zoneOf(moment.date) === undefined) return [`(${day}, ${hour}) ${operator} (${plain})`];
    const near = addDays(bound.plain.date, side === 'from' ? -ZONE_DAYS_MAX : ZONE_DAYS_MAX);
    const zoned = ZONES.map(bound.inZone);
    const [zones, dates, times] = [
      ZONES,
      zoned.map(({ date }) => date),
      zoned.map(({ time }) => time),
    ].map((texts) => `${bind(texts)}::text[]`);
    return [
      `${day} ${operator} ${bind(near)}`,
      `(${day}, ${hour}) ${operator} (select coalesce(zoned.date, plain.date), coalesce(zoned.time, plain.time)
    from (values (${plain})) as plain(date, time) left join unnest(${zones}, ${dates}, ${times}) as zoned(zone, date, time)
    on zoned.zone = ${zoneSql(json)} and ${hour} <> '')`,
    ];
  };
  return [...compare('from', '>='), ...compare('to', '<=')];
}

/** Whether a date and its time, stored in this zone if any is known, lie in the range. */
export function fitsMoment(
  match: MomentMatch<HeaderMatch>,
  stored: LocalMoment,
  zone: string | undefined,
): boolean {
  if (stored.date === '') return false;
  const isZoned = zone !== undefined && ZONES.includes(zone) && stored.time !== '';
  return SIDES.every((side) => {
    const bound = boundOf(match, side);
    if (bound === undefined) return true;
    const order = compareMoments(stored, isZoned ? bound.inZone(zone) : bound.plain);
    return side === 'from' ? order >= 0 : order <= 0;
  });
}

const compareMoments = (a: LocalMoment, b: LocalMoment): number =>
  compareText(a.date, b.date) || compareText(a.time, b.time);

const compareText = (a: string, b: string): number => {
  if (a === b) return 0;
  return a < b ? -1 : 1;
};
