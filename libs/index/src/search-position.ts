import type { SearchLevel } from '#dicomweb/attribute-level';
import type { Bind } from './search-sql.js';

/** A place among siblings: by number, those without one last, then by UID. */
export type SiblingPosition = Readonly<{ number: number | null; uid: string }>;

/**
 * A place in the order in which results stand, whatever stands there now. `series` at the levels below the study. `instance`: within that
 * series; without it, an instance search has all of the series behind it.
 */
export type SearchPosition = Readonly<{
  date: string;
  time: string;
  study: string;
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
  number?: number | null;
  series_uid?: string;
}>;

/** The position of a study or series row. */
export function positionOf(row: PositionedRow): SearchPosition {
  const study = { date: row.study_date, time: row.study_time, study: row.study_uid };
  if (row.series_uid === undefined) return study;
  return { ...study, series: { number: row.number ?? null, uid: row.series_uid } };
}

/** Rows behind a position: latest studies first, series by number; the series of an instance in it is among them. */
export function behindSql(level: SearchLevel, position: SearchPosition, bind: Bind): string {
  const [date, time, study] = [position.date, position.time, position.study].map(bind);
  const moment = '(studies.study_date, studies.study_time)';
  const passed = level === 'study' ? '<=' : '<';
  return `${moment} <= (${date}, ${time}) and not (${moment} = (${date}, ${time}) and studies.study_uid ${passed} ${study})${siblings(level, position, bind)}`;
}

const siblings = (level: SearchLevel, { study, series, instance }: SearchPosition, bind: Bind) => {
  if (level === 'study') return '';
  if (series === undefined) return ` and studies.study_uid <> ${bind(study)}`;
  const operator = instance === undefined ? '>' : '>=';
  const uid = `series.series_uid ${operator} ${bind(series.uid)}`;
  const behind =
    series.number === null
      ? `series.number is null and ${uid}`
      : `series.number is null or series.number > ${bind(series.number)} or series.number = ${bind(series.number)} and ${uid}`;
  return ` and (studies.study_uid <> ${bind(study)} or ${behind})`;
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
