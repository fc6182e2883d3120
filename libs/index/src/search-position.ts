import type { SearchLevel } from '#dicomweb/attribute-level';
import { type OrderColumns, OWN_COLUMNS } from './search-reach.js';
import type { Bind } from './search-sql.js';

/** A place among siblings: by number, those without one last, then by UID. */
export type SiblingPosition = Readonly<{ number: number | null; uid: string }>;

/**
 * A place in the order in which results stand, whatever stands there now. `series` at the levels below the study. `instance`: within that
 * series; without it, an instance search has all of the series behind it. `place`: the claim of a study of another hospital; '' (or nothing) of
 * the own, whose rows go before theirs where the UIDs are the same.
 */
export type SearchPosition = Readonly<{
  date: string;
  time: string;
  study: string;
  place?: string;
  series?: SiblingPosition;
  instance?: SiblingPosition;
}>;

/** Columns of a row that its position is made of. */
export const STUDY_POSITION = 'studies.study_date, studies.study_time, studies.study_uid';
export const SERIES_POSITION = 'series.number, series.series_uid';

type PositionedRow = Readonly<{
  study_date: string;
  study_time: string;
  study_uid: string;
  place?: string;
  number?: number | null;
  series_uid?: string;
}>;

/** The position of a study or series row. */
export function positionOf(row: PositionedRow): SearchPosition {
  const ofOthers = row.place ? { place: row.place } : {};
  const study = {
    date: row.study_date,
    time: row.study_time,
    study: row.study_uid,
    ...ofOthers,
  };
  if (row.series_uid === undefined) return study;
  return { ...study, series: { number: row.number ?? null, uid: row.series_uid } };
}

/** How results stand: `isAscending`: studies, the earliest first. */
type Order = Readonly<{ level: SearchLevel; isAscending?: boolean | undefined }>;

/** Rows behind a position: latest studies first, series by number; the series of an instance in it is among them. */
export function behindSql(
  { level, isAscending }: Order,
  position: SearchPosition,
  bind: Bind,
  columns: OrderColumns = OWN_COLUMNS,
): string {
  const [date, time] = [position.date, position.time].map(bind);
  const moment = `(${columns.date}, ${columns.time})`;
  const own = (study: string) => [columns.study, study] as const;
  const isOwn = columns === OWN_COLUMNS;
  const [key, place] = isOwn
    ? own(bind(position.study))
    : ([
        `(${columns.study}, ${columns.place})`,
        `(${bind(position.study)}, ${bind(position.place ?? '')})`,
      ] as const);
  if (isAscending && level === 'study') {
    /* From the end of the order the own study of a UID stands behind those of others. */
    const before = isOwn && position.place ? '>' : '>=';
    return `${moment} >= (${date}, ${time}) and not (${moment} = (${date}, ${time}) and ${key} ${before} ${place})`;
  }
  /* A branch with places may hold the own study too; one of the own hospital alone has nothing of a study of others. */
  const isWithin = level !== 'study' && !(isOwn && position.place);
  const passed = isWithin ? '<' : '<=';
  const among = isWithin ? siblings(`${key} <> ${place}`, position, bind) : '';
  return `${moment} <= (${date}, ${time}) and not (${moment} = (${date}, ${time}) and ${key} ${passed} ${place})${among}`;
}

const siblings = (isOther: string, { series, instance }: SearchPosition, bind: Bind) => {
  if (series === undefined) return ` and ${isOther}`;
  const operator = instance === undefined ? '>' : '>=';
  const uid = `series.series_uid ${operator} ${bind(series.uid)}`;
  const behind =
    series.number === null
      ? `series.number is null and ${uid}`
      : `series.number is null or series.number > ${bind(series.number)} or series.number = ${bind(series.number)} and ${uid}`;
  return ` and (${isOther} or ${behind})`;
};

const NO_NUMBER = Number.MAX_SAFE_INTEGER;

/** Whether an instance stands behind a place in its series, in the order of `byInstanceNumber`. */
export const isBehind = (
  { number, instance }: Readonly<{ number: number | null; instance: string }>,
  place: SiblingPosition,
): boolean => {
  const ahead = (number ?? NO_NUMBER) - (place.number ?? NO_NUMBER);
  return ahead > 0 || (ahead === 0 && instance > place.uid);
};
