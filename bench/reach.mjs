import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClosing } from './closing.mjs';
import { fillReach, relate } from './reach/fill-reach.mjs';
import { measureReach } from './reach/measure-reach.mjs';
import { openDatabase } from './size/database.mjs';

const help = `node bench/reach.mjs [--studies n] [--relationships n] [--runs n]

What the access policy costs a search: the time of the statements of a page, in milliseconds (median, and the 95th percentile), of the own
hospital alone with no policy, with the policy, and with an organisation that has many relationships to patients of others. In a
database of its own in the temp folder; four hospitals share the studies.

  --studies n        studies of each hospital (60000)
  --relationships n  of the organisation that searches (10000)
  --runs n           of each kind of search (60)
`;

const { values } = parseArgs({
  options: {
    studies: { type: 'string', default: '60000' },
    relationships: { type: 'string', default: '10000' },
    runs: { type: 'string', default: '60' },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else await main();

async function main() {
  const closing = makeClosing();
  const folder = mkdtempSync(join(tmpdir(), 'arkim-reach-'));
  try {
    const { pool } = await openDatabase({ folder, closing });
    const counts = { studies: Number(values.studies), runs: Number(values.runs) };
    await fillReach(pool, counts.studies);
    const before = await measureReach(pool, counts, ['without policy', 'with policy']);
    await relate(pool, Number(values.relationships));
    const name = `with ${values.relationships} relationships`;
    const after = await measureReach(pool, { ...counts, explain: values.explain }, [name]);
    process.stdout.write(table(before, after, name));
  } finally {
    await closing.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(before, after, name) {
  const columns = ['without policy', 'with policy', name];
  const rows = Object.keys(before['without policy']).map((search) => {
    const cells = columns.map((column) => (before[column] ?? after[column])[search]);
    const times = (cells[2].p50 / cells[0].p50).toFixed(2);
    return `| ${search} | ${cells.map(({ p50, p95 }) => `${p50.toFixed(1)} (${p95.toFixed(1)})`).join(' | ')} | ${times} |`;
  });
  return `| search | ${columns.join(' | ')} | times |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
