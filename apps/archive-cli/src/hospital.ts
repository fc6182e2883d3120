import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, type Terminal, UsageFault } from './command.js';
import { governHospital } from './hospital/govern-hospital.js';
import { readDescribed, refuseTakenClients } from './hospital/read-file.js';
import { withFacts } from './with-facts.js';

const HELP = `npm run --silent arkim -- hospital <action>

  show [<hospital>]     what is known of a hospital, as JSON; without one, all of them in a line each
  change <file.json>    from now on it is as the file says (docs/hospitals.md has the form)
  suspend <hospital>    refuse its people and its machines, within seconds and at every edge;
                        what others hold and what it stored before stays as it is
  resume <hospital>     serve it again`;

/** What is particular to a hospital, and whether it is served. */
export const hospital: Command = {
  summary: 'show, change, suspend and resume a hospital',
  help: HELP,
  run: async (args, terminal) => {
    const { positionals } = parseArgs({ args: [...args], allowPositionals: true });
    const [action = '', subject, ...more] = positionals;
    const act = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
    if (act === undefined || more.length > 0)
      throw new UsageFault('hospital show | change | suspend | resume');
    if (subject === undefined && action !== 'show')
      throw new UsageFault(
        `hospital ${action} needs ${action === 'change' ? 'a file' : 'a hospital'}`,
      );
    await act(subject, terminal);
    return 0;
  },
};

type Act = (subject: string | undefined, terminal: Terminal) => Promise<void>;

const ACTIONS: Readonly<Record<string, Act>> = {
  show: (subject, terminal) =>
    withFacts(readConfig(), (_ports, pool) =>
      subject === undefined ? list(pool, terminal) : show(pool, subject, terminal),
    ),
  change: async (path = '', terminal) => {
    const described = await readDescribed(path);
    const { hospital: code, settings } = described;
    const made = await withFacts(readConfig(), async (ports, pool) => {
      await refuseTakenClients(pool, described);
      return governHospital(ports, { kind: 'change', hospital: code, settings });
    });
    terminal.answer(made ? `${code} is changed` : `${code} was so before`);
  },
  suspend: (code = '', terminal) => tell(code, 'suspend', terminal),
  resume: (code = '', terminal) => tell(code, 'resume', terminal),
};

async function tell(code: string, kind: 'suspend' | 'resume', terminal: Terminal): Promise<void> {
  const made = await withFacts(readConfig(), (ports) =>
    governHospital(ports, { kind, hospital: code }),
  );
  const now = kind === 'suspend' ? 'suspended' : 'served';
  terminal.answer(made ? `${code} is ${now}` : `${code} was ${now} before`);
}

async function show(pool: Pool, code: string, terminal: Terminal): Promise<void> {
  const { rows } = await pool.query(
    `select hospital, name, status, frozen, fallback_until as "fallbackUntil", settings
     from hospitals where hospital = $1`,
    [code],
  );
  if (rows.length === 0) throw new OperatorFault(`${code} is not onboarded`);
  const { settings, ...standing } = rows[0];
  terminal.answer(JSON.stringify({ ...standing, ...settings }, undefined, 2));
}

async function list(pool: Pool, terminal: Terminal): Promise<void> {
  const { rows } = await pool.query(
    'select hospital, name, status, frozen, fallback_until > now() as fallback from hospitals order by hospital',
  );
  for (const { hospital: code, name, status, frozen, fallback } of rows) {
    const marks = [
      status,
      ...(frozen.length > 0 ? [`crisis: ${frozen.join(', ')}`] : []),
      ...(fallback ? ['fallback open'] : []),
    ];
    terminal.answer([code, name, ...marks].join('  '));
  }
}
