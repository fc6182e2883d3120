import { parseArgs } from 'node:util';
import type { Freeze } from '#archive/hospital-events';
import { readConfig } from '#platform/config';
import { type Command, UsageFault } from './command.js';
import { governHospital } from './hospital/govern-hospital.js';
import { withFacts } from './with-facts.js';

const FREEZES: readonly Freeze[] = ['ingest', 'deletion', 'export'];

const HELP = `npm run --silent arkim -- crisis declare <hospital> [--freeze ingest,deletion,export]
npm run --silent arkim -- crisis end <hospital>

Declares a crisis for one hospital: nothing new is taken in from it (ingest), nothing of it is
destroyed (deletion) or taken out in bulk (export); reads go on and are audited as ever. Without
--freeze all three are frozen; declared again, the new list counts. Senders get 503 with Retry-After
and keep what they have.`;

/** Crisis mode: freezes chosen ingest, deletions and exports, and keeps audited reads. */
export const crisis: Command = {
  summary: 'freeze what a hospital in a crisis stores, deletes and exports',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { freeze: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, hospital, ...more] = positionals;
    if ((action !== 'declare' && action !== 'end') || !hospital || more.length > 0)
      throw new UsageFault('crisis declare <hospital> | end <hospital>');
    const command =
      action === 'end'
        ? ({ kind: 'end-crisis', hospital } as const)
        : ({ kind: 'declare-crisis', hospital, freezes: freezesOf(values.freeze) } as const);
    const made = await withFacts(readConfig(), (ports) => governHospital(ports, command));
    const now = command.kind === 'end-crisis' ? 'not in a crisis' : 'in a crisis';
    terminal.answer(made ? `${hospital} is ${now}` : `${hospital} was ${now} before`);
    return 0;
  },
};

function freezesOf(list: string | undefined): readonly Freeze[] {
  if (list === undefined) return FREEZES;
  const names = list.split(',').map((name) => name.trim());
  const freezes = FREEZES.filter((freeze) => names.includes(freeze));
  if (freezes.length !== new Set(names).size)
    throw new UsageFault(`--freeze needs one or more of ${FREEZES.join(', ')}`);
  return freezes;
}
