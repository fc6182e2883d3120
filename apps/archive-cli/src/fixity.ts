import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import type { FixityRound } from '#index/fixity';
import { fixityFigures, openDamage } from '#index/postgres/fixity-ledger';
import { readConfig } from '#platform/config';
import { type Command, type Terminal, UsageFault } from './command.js';
import { withFacts } from './with-facts.js';

const DAMAGE_MAX = 1_000;

const HELP = `npm run --silent arkim -- fixity [show | start]

The running archive reads every object again within ARKIM_FIXITY_DAYS and holds it against the
digests of the log, as fast as ARKIM_FIXITY_RATE lets it.

  show     how far it has come, and what is damaged: claim, hospital, pack, what, since when.
           Exit code 1 when something is damaged, or was read too long ago
  start    asks for a new round, once the one under way has ended`;

/** What reading everything again has found, and beginning to read again. */
export const fixity: Command = {
  summary: 'how far everything was read again, and what is damaged',
  help: HELP,
  run: async (args, terminal) => {
    const { positionals } = parseArgs({ args: [...args], options: {}, allowPositionals: true });
    const [action = 'show', ...more] = positionals;
    if (!['show', 'start'].includes(action) || more.length > 0)
      throw new UsageFault('fixity show | start');
    const config = readConfig();
    return withFacts(config, (_ports, pool) =>
      action === 'start' ? start(pool, terminal) : show(pool, terminal, config.fixity.days),
    );
  },
};

async function start(pool: Pool, terminal: Terminal): Promise<number> {
  await pool.query('update fixity_work set asked_at = now()');
  terminal.answer('a round begins when the one under way has ended');
  return 0;
}

const DAY_MS = 86_400_000;

async function show(pool: Pool, terminal: Terminal, days: number): Promise<number> {
  const { round, ended, oldestReadingAt, damagedPacks, healedPacks } = await fixityFigures(pool);
  const isLate =
    oldestReadingAt !== undefined && Date.parse(oldestReadingAt) < Date.now() - days * DAY_MS;
  if (round === undefined) terminal.answer('nothing was read again yet');
  else terminal.answer(lineOf(round));
  if (ended !== undefined && ended.round !== round?.round) terminal.answer(lineOf(ended));
  if (oldestReadingAt !== undefined)
    terminal.answer(`read longest ago: ${oldestReadingAt}${isLate ? ', too long' : ''}`);
  for (const one of await openDamage(pool, undefined, DAMAGE_MAX))
    terminal.answer(
      [one.claim, one.hospital, one.pack, one.kind, one.damage, one.contents, one.foundAt].join(
        '  ',
      ),
    );
  terminal.answer(`${damagedPacks} packs damaged, ${healedPacks} healed`);
  return damagedPacks === 0 && !isLate ? 0 : 1;
}

const lineOf = ({ round, startedAt, endedAt, packs, bytes, damaged }: FixityRound): string =>
  `round ${round} from ${startedAt} ${endedAt === undefined ? 'goes on' : `to ${endedAt}`}: ${packs} packs, ${bytes} bytes, ${damaged} damaged`;
