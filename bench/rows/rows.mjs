import { mixedRows } from './mixed-rows.mjs';
import { retrieveRows } from './retrieve-rows.mjs';
import { searchRows } from './search-rows.mjs';
import { storeRows } from './store-rows.mjs';

/**
 * Every row of the table, in the order of docs/performance.md. A row says what the client does (`lanes`), which
 * corpora must be there (`needs`), what is stored fresh before each run (`fresh`), how its cell reads (`reads`:
 * `rate`, `instances`, `megabytes` or `ms`), and what its raw limit is (`raw`: the raw server, or a decoder).
 */
export function allRows(plan) {
  return [...storeRows(plan), ...searchRows(plan), ...retrieveRows(plan), ...mixedRows(plan)];
}

/** Rows whose id or group begins with one of the words. */
export function chosenRows(rows, words) {
  if (words.length === 0) return rows;
  return rows.filter(({ id, group }) =>
    words.some((word) => id.startsWith(word) || group === word),
  );
}

/** The order to measure in: stores last, so that no server answers searches from more data than another. */
export function measuringOrder(rows) {
  return [
    ...rows.filter(({ fresh }) => !fresh?.measured),
    ...rows.filter(({ fresh }) => fresh?.measured),
  ];
}
