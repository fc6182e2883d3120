import type { Condition } from '#dicomweb/search-condition';
import { foldName } from './header-json.js';
import type { SearchColumn } from './search-columns.js';

/** Takes a value of the statement and gives its placeholder. */
export type Bind = (value: unknown) => string;

/** Collects the values of one statement; nothing that a client sent stands in a text. */
export const statementValues = () => {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  return { values, bind };
};

/** The condition on a typed column; undefined when there is none to set. */
export function columnSql(column: SearchColumn, condition: Condition, bind: Bind): string | undefined {
  if (condition.kind === 'any') return undefined;
  switch (column.kind) {
    case 'text':
    case 'moment':
      return textSql(column.sql, condition, bind);
    case 'name':
      return nameSql(column.sql, condition, bind);
    case 'number':
      return numberSql(column.sql, condition, bind);
    case 'list':
      return listSql(column.sql, condition, bind);
    default:
      return column.kind satisfies never;
  }
}

type Set = Exclude<Condition, { kind: 'any' }> | Readonly<{ kind: 'empty' }>;
