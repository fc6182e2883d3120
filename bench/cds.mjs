import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { askAtRate } from './cds/ask-at-rate.mjs';
import { fillExams } from './cds/fill-exams.mjs';
import { openClient } from './cds/open-client.mjs';
import { makeClosing } from './closing.mjs';
import { openApi } from './size/api.mjs';
import { openDatabase } from './size/database.mjs';

const help = `node bench/cds.mjs [--studies n] [--rate n] [--seconds n]

How long a doctor waits for the word of the archive on an order (CDS Hooks, order-sign), with so many studies in the index: calls come at a steady
rate, whether the ones before are answered or not, each about another patient. The answers are checked. In an archive of its own in the temp folder.

  --studies n  in the index, of three hospitals (1000000: 2 GB)
  --rate n     calls per second (20)
  --seconds n  (60)
`;

const { values } = parseArgs({
  options: {
    studies: { type: 'string', default: '1000000' },
    rate: { type: 'string', default: '20' },
    seconds: { type: 'string', default: '60' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) process.stdout.write(help);
else await main();

async function main() {
  const closing = makeClosing();
  const folder = mkdtempSync(join(tmpdir(), 'arkim-cds-'));
  try {
    const database = await openDatabase({ folder, closing });
    const { patients } = await fillExams(database, Number(values.studies));
    const client = await openClient(database.pool);
    const api = await openApi({ database, folder, closing });
    const call = client.at(new URL('/cds-services/imaging-duplicate-sign', api.root).href);
    const rate = Number(values.rate);
    const asked = await askAtRate(call, { rate, calls: rate * Number(values.seconds), patients });
    process.stdout.write(`${table(asked)}\n`);
  } finally {
    await closing.end();
    rmSync(folder, { recursive: true, force: true });
  }
}

function table({ calls, withCards, p50, p95, p99, longest }) {
  const times = [p50, p95, p99, longest].map((ms) => ms.toFixed(0)).join(' | ');
  return `| studies | calls/s | calls | with cards | p50 ms | p95 ms | p99 ms | longest ms |\n|---|---|---|---|---|---|---|---|\n| ${values.studies} | ${values.rate} | ${calls} | ${withCards} | ${times} |`;
}
