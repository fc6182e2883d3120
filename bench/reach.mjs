import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { makeClosing } from './closing.mjs';
import { fillReach, relate } from './reach/fill-reach.mjs';
import { measureReach, NATION, OWN, WITH_POLICY } from './reach/measure-reach.mjs';
import { openDatabase } from './size/database.mjs';

const help = `node bench/reach.mjs [--studies n] [--relationships n] [--runs n]

What the access policy costs a search: the time of its statements in milliseconds (10th percentile / median), of the own hospital alone with no
policy, of all hospitals with no policy, and with the policy, by turns; first without any relationship, then with many to patients of others.
How many times as long is said of the 10th percentiles. In a database of its own in the temp folder; four hospitals share the studies.

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
    const names = [OWN, NATION, WITH_POLICY];
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
  const rows = Object.keys(measured[OWN]).map((search) => {
    const of = (name) => measured[name][search];
    const texts = names.map((name) => `${of(name).p10.toFixed(2)} / ${of(name).p50.toFixed(2)}`);
    const times = [OWN, NATION].map((name) => (of(WITH_POLICY).p10 / of(name).p10).toFixed(2));
    return `| ${search} | ${texts.join(' | ')} | ${times.join(' | ')} |`;
  });
  return `| search | ${names.join(' | ')} | times the own | times all |\n|---|---|---|---|---|---|\n${rows.join('\n')}\n`;
}
