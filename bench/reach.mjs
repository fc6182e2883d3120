import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClosing } from './closing.mjs';
import { fillReach, relate } from './reach/fill-reach.mjs';
import { measureReach } from './reach/measure-reach.mjs';
import { openDatabase } from './size/database.mjs';

const help = `node bench/reach.mjs [--studies n] [--relationships n] [--runs n]

What the access policy costs a search: the time of its statements in milliseconds (10th percentile / median), of the own hospital alone with no
policy and with the policy, by turns; first without any relationship, then with many to patients of others. In a database of its own in
the temp folder; four hospitals share the studies.

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
    const runs = Number(values.runs);
    await fillReach(pool, Number(values.studies));
    const names = ['without policy', 'with policy'];
    const alone = await measureReach(pool, { runs }, names);
    await relate(pool, Number(values.relationships));
    const related = await measureReach(pool, { runs, explain: values.explain }, names);
    process.stdout.write(
      `No relationship\n\n${table(alone, names)}\n${values.relationships} relationships\n\n${table(related, names)}`,
    );
  } finally {
    await closing.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function table(measured, names) {
  const rows = Object.keys(measured[names[0]]).map((search) => {
    const cells = names.map((name) => measured[name][search]);
    const times = ['p10', 'p50'].map((at) => (cells[1][at] / cells[0][at]).toFixed(2));
    const texts = cells.map(({ p10, p50 }) => `${p10.toFixed(2)} / ${p50.toFixed(2)}`);
    return `| ${search} | ${texts.join(' | ')} | ${times.join(' / ')} |`;
  });
  return `| search | ${names.join(' | ')} | times |\n|---|---|---|---|\n${rows.join('\n')}\n`;
}
