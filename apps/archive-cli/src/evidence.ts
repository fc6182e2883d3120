import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageFault } from './command.js';
import { checkFile } from './evidence/check-file.js';
import { exportStudy } from './evidence/export-study.js';
import { proveConsistency, proveEvent, proveRecord } from './evidence/prove.js';
import { renewStamps } from './evidence/renew.js';
import { showSeals } from './evidence/show-seals.js';
import { verifyArchive } from './evidence/verify-archive.js';

const HELP = `npm run --silent arkim -- evidence seals
npm run --silent arkim -- evidence verify [--tsa-ca <file>]
npm run --silent arkim -- evidence event <id>
npm run --silent arkim -- evidence record <id>
npm run --silent arkim -- evidence consistency --from <YYYY-MM-DD> --to <YYYY-MM-DD>
npm run --silent arkim -- evidence study <claim> --out <file>
npm run --silent arkim -- evidence check <file> [--tsa-ca <file>]
npm run --silent arkim -- evidence renew --before <YYYY-MM-DD>

seals lists the days that are sealed, with their digests and time-stamps.
verify reads the whole log and all records of access, and names what was changed, removed, put in,
moved or back-dated since it was sealed; exit code 1 when there is something.
event prints what proves that an event is in the log, record that somebody's access was recorded,
consistency that the log only grew between two days; all as JSON.
study writes all that proves a study (its claim, as the log names it) as lines of JSON.
check says what such a file proves, with no archive beside it.
renew has time-stamps stamped again that were made before a day, before their certificates end.
docs/evidence.md says what an auditor does with all this.`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const OPTIONS = {
  'tsa-ca': { type: 'string' },
  out: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
  before: { type: 'string' },
} as const;

type Options = Readonly<Partial<Record<keyof typeof OPTIONS, string>>>;
type Verb = Readonly<{
  operands: number;
  options: readonly (keyof Options)[];
  run: (operand: string, options: Options, terminal: Terminal) => Promise<number>;
}>;

const VERBS: Readonly<Record<string, Verb>> = {
  seals: { operands: 0, options: [], run: (_none, _options, terminal) => showSeals(terminal) },
  verify: {
    operands: 0,
    options: ['tsa-ca'],
    run: (_none, { 'tsa-ca': ca }, terminal) => verifyArchive(ca, terminal),
  },
  event: { operands: 1, options: [], run: (id, _options, terminal) => proveEvent(id, terminal) },
  record: { operands: 1, options: [], run: (id, _options, terminal) => proveRecord(id, terminal) },
  consistency: {
    operands: 0,
    options: ['from', 'to'],
    run: (_none, { from, to }, terminal) =>
      proveConsistency({ from: dayOf(from), to: dayOf(to) }, terminal),
  },
  study: {
    operands: 1,
    options: ['out'],
    run: (claim, { out }, terminal) => {
      if (!out) throw new UsageFault('evidence study needs --out');
      return exportStudy(claim, out, terminal);
    },
  },
  check: {
    operands: 1,
    options: ['tsa-ca'],
    run: (file, { 'tsa-ca': ca }, terminal) => checkFile(file, ca, terminal),
  },
  renew: {
    operands: 0,
    options: ['before'],
    run: (_none, { before }, terminal) => renewStamps(dayOf(before), terminal),
  },
};

/** What proves the archive to those who don't trust it. */
export const evidence: Command = {
  summary: 'seals, time-stamps and proofs of what the archive holds',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: OPTIONS,
      allowPositionals: true,
    });
    const [name = '', operand = '', ...more] = positionals;
    const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined;
    if (verb === undefined) throw new UsageFault(`evidence ${Object.keys(VERBS).join(' | ')}`);
    const strange = Object.keys(values).filter((each) => !verb.options.some((o) => o === each));
    if (strange.length > 0 || more.length > 0 || (operand === '' ? 0 : 1) !== verb.operands)
      throw new UsageFault(`evidence ${name} takes other arguments`);
    return verb.run(operand, values, terminal);
  },
};

function dayOf(text = ''): string {
  if (!DAY.test(text) || Number.isNaN(Date.parse(text)))
    throw new UsageFault('a day is written YYYY-MM-DD');
  return text;
}
