import { writeFileSync } from 'node:fs';
import { openBench } from './bench.mjs';
import { makeClosing } from './closing.mjs';
import { fill } from './fill.mjs';
import { measureLimits } from './machine/limits.mjs';
import { measureRow } from './measure.mjs';
import { helpText, planOf, readOptions } from './options.mjs';
import { describeRun } from './report/describe-run.mjs';
import { report } from './report/report.mjs';
import { allRows, chosenRows, measuringOrder } from './rows/rows.mjs';

const interruptedCode = 130;
const options = readOptions(process.argv.slice(2));
process.exitCode = await main().catch((error) =>
  told(process.stderr, `bench: ${error.message}\n`, 1),
);

async function main() {
  if (options.wrong !== undefined)
    return told(process.stderr, `${options.wrong}\n\n${helpText}`, 2);
  if (options.help) return told(process.stdout, helpText, 0);
  const rows = chosenRows(allRows(planOf(options)), options.rows);
  if (options.list)
    return told(process.stdout, rows.map(({ id, label }) => `${id}  ${label}\n`).join(''), 0);
  if (rows.length === 0) return told(process.stderr, 'no row has such a name: see --list\n', 2);
  return measure(rows);
}

async function measure(rows) {
  const closing = makeClosing();
  const interrupted = () => closing.end().then(() => process.exit(interruptedCode));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const bench = await openBench({ options, say, closing });
    const results = await measureAll(bench, rows);
    if (options.json !== undefined) {
      writeFileSync(options.json, `${JSON.stringify(results.json, undefined, 1)}\n`);
    }
    process.stdout.write(results.text);
    return results.wrong ? 1 : 0;
  } finally {
    await closing.end();
  }
}

async function measureAll(bench, rows) {
  const run = describeRun(bench);
  say('measuring what the machine can do alone');
  const limits = await measureLimits(bench);
  await fill(bench, rows);
  const results = new Map();
  for (const row of measuringOrder(rows)) {
    say(`${results.size + 1}/${rows.length} ${row.label}`);
    results.set(row.id, await measureRow(bench, row));
  }
  const measured = rows.map((row) => ({ row, results: results.get(row.id) }));
  return report({ run, limits, measured, bench });
}

function told(stream, text, code) {
  stream.write(text);
  return code;
}

function say(line) {
  process.stderr.write(`bench: ${line}\n`);
}
