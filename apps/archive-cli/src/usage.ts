import { parseArgs } from 'node:util';
import { usageOfMonth } from '#evidence/postgres/usage-of-month';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, UsageFault } from './command.js';
import { withFacts } from './with-facts.js';

const MONTH = /^\d{4}-(?:0[1-9]|1[0-2])$/;
const HEAD =
  'month,hospital,studies_stored,readings_by_own,readings_by_others,patient_views,searches';

const HELP = `npm run --silent arkim -- usage --month <YYYY-MM> [--hospital <hospital>]

Prints what each hospital used in a month (UTC) as CSV, from what is recorded of access; no personal
data. Stored are studies into which something came over the network. A reading is one study that one
person opened on one day, however often: of the hospital's own
studies by its own people, by people of others, and by patients. A month that isn't over is counted
as far as it has come.`;

/** The monthly file of what each hospital used. */
export const usage: Command = {
  summary: 'what each hospital used in a month, as CSV',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: { month: { type: 'string' }, hospital: { type: 'string' } },
      allowPositionals: false,
    });
    const { month = '', hospital } = values;
    if (!MONTH.test(month)) throw new UsageFault('usage needs --month as YYYY-MM');
    const used = await withFacts(readConfig(), (_ports, pool) =>
      usageOfMonth(pool, month, hospital),
    );
    if (hospital !== undefined && used.length === 0)
      throw new OperatorFault('there is no such hospital');
    terminal.answer(HEAD);
    for (const each of used) {
      const { studiesStored, readByOwn, readByOthers, patientViews, searches } = each;
      const counts = [studiesStored, readByOwn, readByOthers, patientViews, searches];
      terminal.answer([month, each.hospital, ...counts].join(','));
    }
    return 0;
  },
};
