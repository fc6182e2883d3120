import { parseArgs } from 'node:util';
import { exportToFile } from './audit/export-file.js';
import { verifyFile } from './audit/verify-file.js';
import { type Command, UsageFault } from './command.js';

const HELP = `npm run --silent arkim -- audit export --from <YYYY-MM-DD> --to <YYYY-MM-DD> --out <file>
npm run --silent arkim -- audit verify <file>

export writes what was sealed on these days (UTC, both included) as lines of JSON: the records of
who was shown what, their seals, and the seals of days. What names a person stays sealed.
verify follows the chain of such a file, with no archive beside it, and names each record that was
changed, removed, put in or moved; exit code 1 when there is one. infra/verify-audit.mjs does the
same with nothing but Node. docs/audit.md says what to hold the last digests against.`;

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Takes out the audit records of a period, and checks what was taken out. */
export const audit: Command = {
  summary: 'take out who was shown what, and check that nothing of it was changed',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' }, out: { type: 'string' } },
      allowPositionals: true,
    });
    const [verb, file, ...more] = positionals;
    const { from = '', to = '', out } = values;
    if (verb === 'verify' && file !== undefined && more.length === 0)
      return verifyFile(file, terminal);
    if (verb !== 'export' || file !== undefined)
      throw new UsageFault('audit export --from --to --out | audit verify <file>');
    if (!DAY.test(from) || !DAY.test(to) || from > to || !out)
      throw new UsageFault('audit export needs --from and --to as YYYY-MM-DD, and --out');
    return exportToFile({ from, to }, out, terminal);
  },
};
