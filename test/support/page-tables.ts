import { readFileSync, writeFileSync } from 'node:fs';

/** What a page says, and what it has to say with these tables made of the code; with `WRITE_DOCS=1` it is written anew. */
export function pageWithTables(
  path: string,
  tables: Readonly<Record<string, string>>,
): Readonly<{ page: string; made: string }> {
  const page = readFileSync(path, 'utf8');
  const made = Object.entries(tables).reduce(withTable(path), page);
  if (process.env['WRITE_DOCS'] !== '1') return { page, made };
  writeFileSync(path, made);
  return { page: made, made };
}

const withTable =
  (path: string) =>
  (text: string, [name, made]: readonly [string, string]): string => {
    const [begin, end] = [`<!-- made of the code: ${name} -->\n`, `<!-- end of ${name} -->`];
    const [from, to] = [text.indexOf(begin), text.indexOf(end)];
    if (from < 0 || to < from) throw new Error(`${path} has no place for ${name}`);
    return `${text.slice(0, from + begin.length)}${made}\n${text.slice(to)}`;
  };
