import { makeClosing } from './closing.mjs';
import { measureBytes } from './size/bytes.mjs';
import { openDatabase } from './size/database.mjs';
import { fill } from './size/fill.mjs';
import { helpText, readOptions } from './size/options.mjs';
import { measurePartitions } from './size/partitions/partitions.mjs';
import { measureRebuilds } from './size/rebuilds.mjs';
import { reportOf } from './size/report.mjs';
import { measureSearches } from './size/searches.mjs';
import { keepState, openState, readState } from './size/state.mjs';

const interruptedCode = 130;
const options = readOptions(process.argv.slice(2));
process.exitCode = await main().catch((error) =>
  told(process.stderr, `size: ${error.message}\n`, 1),
);

async function main() {
  if (options.wrong !== undefined)
    return told(process.stderr, `${options.wrong}\n\n${helpText}`, 2);
  if (options.help) return told(process.stdout, helpText, 0);
  if (options.report) return told(process.stdout, reportOf(readState(options.folder)), 0);
  const closing = makeClosing();
  const interrupted = () => closing.end().then(() => process.exit(interruptedCode));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await measure(closing);
  } finally {
    await closing.end();
  }
}

async function measure(closing) {
  const state = openState(options);
  const database = await openDatabase({ folder: state.folder, closing });
  if (options.partitions > 0) return partitions(database, state);
  let wrong = 0;
  for (const studies of options.stages) {
    const short = options.fill
      ? await fill({ database, state, studies, options, closing, say })
      : undefined;
    wrong += await measureStage({ database, state, closing });
    if (short !== undefined) break;
  }
  process.stdout.write(reportOf(state));
  return wrong === 0 ? 0 : 1;
}

async function partitions(database, state) {
  const text = await measurePartitions({ database, state, studies: options.partitions, say });
  return told(process.stdout, text, 0);
}

async function measureStage({ database, state, closing }) {
  say(`measuring at ${state.filled} studies`);
  const bytes = await measureBytes(database.pool);
  const searches = await measureSearches({ database, state, options, closing, say });
  const rebuilds = options.rebuild ? await measureRebuilds({ database, state, say }) : [];
  state.stages[state.filled] = { ...bytes, ...searches, rebuilds };
  keepState(state);
  return searches.rows.reduce((sum, { wrong }) => sum + wrong, 0);
}

function told(stream, text, code) {
  stream.write(text);
  return code;
}

function say(line) {
  process.stderr.write(`size: ${line}\n`);
}
