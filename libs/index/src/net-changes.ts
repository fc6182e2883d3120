import type { CareChange, CareRow } from './care-rows.js';

/** As a change of care, of any table. */
export type RowChange<T extends string> = Readonly<Omit<CareChange, 'table'> & { table: T }>;

/** What is left to do to one table: each key is in one of the three. */
export type NetChanges = Readonly<{
  puts: readonly CareRow[];
  sets: readonly CareRow[];
  drops: readonly string[];
}>;

/** Changes in the order of their facts, put together: at most one for each row. */
export function netChanges<T extends string>(
  changes: readonly RowChange<T>[],
): ReadonlyMap<T, NetChanges> {
  const tables = new Map<T, Map<string, RowChange<T>>>();
  for (const change of changes) {
    const rows = tables.get(change.table) ?? new Map<string, RowChange<T>>();
    tables.set(change.table, rows);
    rows.set(change.key, after(rows.get(change.key), change));
  }
  return new Map([...tables].map(([table, rows]) => [table, byKind([...rows.values()])]));
}

function after<T extends string>(
  before: RowChange<T> | undefined,
  next: RowChange<T>,
): RowChange<T> {
  if (before === undefined || next.how !== 'set') return next;
  return before.how === 'drop' ? before : { ...before, row: { ...before.row, ...next.row } };
}

const byKind = (changes: readonly RowChange<string>[]): NetChanges => ({
  puts: changes.filter(({ how }) => how === 'put').map(({ row }) => row),
  sets: changes.filter(({ how }) => how === 'set').map(({ row }) => row),
  drops: changes.filter(({ how }) => how === 'drop').map(({ key }) => key),
});
