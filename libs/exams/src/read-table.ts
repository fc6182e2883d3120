/** One line of a table with a header, by the names of its columns; `line` counts from 1. */
export type TableRow = Readonly<{ line: number; cells: Readonly<Record<string, string>> }>;

const ROWS_MAX = 50_000;
const CELL_CHARACTERS_MAX = 500;

/**
 * Reads a table of terms: columns apart by tabs, the first line that isn't empty and doesn't begin with # names them. Cells that a line leaves
 * out at its end are empty. Throws an Error that names file and line.
 */
export function readTable(
  name: string,
  text: string,
  columns: readonly string[],
): readonly TableRow[] {
  const lines = text
    .split('\n')
    .map((content, index) => ({ line: index + 1, content: content.replace(/\r$/, '') }))
    .filter(({ content }) => content.trim() !== '' && !content.startsWith('#'));
  const [head, ...rest] = lines;
  if (head?.content !== columns.join('\t'))
    throw new Error(`${name}: the columns must be ${columns.join(', ')}`);
  if (rest.length > ROWS_MAX) throw new Error(`${name}: more than ${ROWS_MAX} lines`);
  return rest.map(({ line, content }) => {
    const cells = content.split('\t').map((cell) => cell.trim());
    if (cells.length > columns.length) throw new Error(`${name}:${line}: too many columns`);
    if (cells.some(({ length }) => length > CELL_CHARACTERS_MAX))
      throw new Error(`${name}:${line}: a cell is too long`);
    return {
      line,
      cells: Object.fromEntries(columns.map((column, index) => [column, cells[index] ?? ''])),
    };
  });
}
