import type { CareChange, CareRow, CareTable } from './care-rows.js';

/** What is left to do to one table: each key is in one of the three. */
export type NetChanges = Readonly<{
  puts: readonly CareRow[];
  sets: readonly CareRow[];
  drops: readonly string[];
}>;

/** Changes in the order of their facts, put together: at most one for each row. */
export function netChanges(changes: readonly CareChange[]): ReadonlyMap<CareTable, NetChanges> {
  const tables = new Map<CareTable, Map<string, CareChange>>();
  for (const change of changes) {
    const rows = tables.get(change.table) ?? new Map<string, CareChange>();
    tables.set(change.table, rows);
    rows.set(change.key, after(rows.get(change.key), change));
  }
  return new Map([...tables].map(([table, rows]) => [table, byKind([...rows.values()])]));
}

function after(before: CareChange | undefined, next: CareChange): CareChange {
  if (before === undefined || next.how !== 'set') return next;
  return before.how === 'drop' ? before : { ...before, row: { ...before.row, ...next.row } };
}

const byKind = (changes: readonly CareChange[]): NetChanges => ({
  puts: changes.filter(({ how }) => how === 'put').map(({ row }) => row),
  sets: changes.filter(({ how }) => how === 'set').map(({ row }) => row),
  drops: changes.filter(({ how }) => how === 'drop').map(({ key }) => key),
});
