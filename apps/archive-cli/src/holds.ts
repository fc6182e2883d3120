import { parseArgs } from 'node:util';
import type { HoldCase, HoldDesk, HoldFilter, HoldReach } from '#index/hold-desk';
import { holdDesk } from '#index/postgres/hold-desk';
import { seemHeld } from '#index/postgres/is-held';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type Command, type Terminal, UsageFault } from './command.js';
import { withFacts } from './with-facts.js';

const HELP = `npm run --silent arkim -- holds list [<hospital>] [--state <state>]
npm run --silent arkim -- holds show <hold>
npm run --silent arkim -- holds of <claim>

Legal holds: what may not be destroyed. They are opened, reviewed and released by people, under
/governance/legal-holds.

  list    cases on a line each: id, hospital (* for all), scope, state, when the review is due, studies
          that it was placed on when it was confirmed (- : it isn't yet). States: standing (the default),
          overdue, release-asked, released, all
  show    one case, and how far it has come. Exit code 1 while it is on its way to some study
  of      whether a study is held. Exit code 1 when it isn't`;

const STATES: readonly HoldFilter[] = ['standing', 'overdue', 'release-asked', 'released', 'all'];
const CASES_PER_PAGE_MAX = 500;

/** What may not be destroyed, and why. */
export const holds: Command = {
  summary: 'legal holds: cases, how far they have come, and whether a study is held',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { state: { type: 'string', default: 'standing' } },
      allowPositionals: true,
    });
    const [action = '', named = '', ...more] = positionals;
    const state = STATES.find((each) => each === values.state);
    if (state === undefined) throw new UsageFault(`--state is one of ${STATES.join(', ')}`);
    const isNamed = action === 'list' || named !== '';
    if (!['list', 'show', 'of'].includes(action) || !isNamed || more.length > 0)
      throw new UsageFault('holds list [<hospital>] | show <hold> | of <claim>');
    return withFacts(readConfig(), async (ports, pool) => {
      const desk = holdDesk(ports);
      if (action === 'list') return list(desk, terminal, { hospital: named, state });
      if (action === 'show') return show(desk, terminal, named);
      const isHeld = (await seemHeld(pool, [named])).size > 0;
      terminal.answer(isHeld ? 'held' : 'not held');
      return isHeld ? 0 : 1;
    });
  },
};

async function list(
  desk: HoldDesk,
  terminal: Terminal,
  asked: Readonly<{ hospital: string; state: HoldFilter }>,
): Promise<number> {
  const now = new Date().toISOString();
  for (let after: string | undefined; ; ) {
    const page = await desk.list({ ...asked, after, limit: CASES_PER_PAGE_MAX, now });
    for (const one of page) terminal.answer(lineOf(one));
    after = page.at(-1)?.id;
    if (page.length < CASES_PER_PAGE_MAX) return 0;
  }
}

const lineOf = (one: HoldCase): string =>
  [
    ...[one.id, one.hospital ?? '*', one.scope, one.status],
    ...[one.reviewDue, one.confirmedStudies ?? '-'],
  ].join(' ');

async function show(desk: HoldDesk, terminal: Terminal, hold: string): Promise<number> {
  const found = await desk.find(hold);
  if (found === undefined) throw new OperatorFault('there is no such hold');
  terminal.answer(JSON.stringify(found, null, 2));
  return isThere(found) ? 0 : 1;
}

const isThere = ({ isComing, confirmedAt }: HoldCase & HoldReach): boolean =>
  !isComing && confirmedAt !== null;
