import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findableReader } from '#index/postgres/findable-reader';
import { rejectionsOf } from '#index/postgres/rejections';
import type { Rejections } from '#index/rejections';
import { readConfig } from '#platform/config';
import { findDatabase } from '#platform/find-database';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { type Command, type Terminal, UsageFault } from './command.js';

const STUDIES_MAX = 200;
const ASK_MS = 200;
const ASKED_MAX = 300;
const ACTOR = 'operator';

const HELP = `npm run --silent arkim -- rejections <action> --hospital <hospital>

What rejection notes (IHE IOCM) keep from being seen, beside a running archive.

  list          rejections that hold: id, code, claim of the study, instances
  revoke <id>   what it names is there again for whoever may see the study`;

/** What was rejected, and the way back. */
export const rejections: Command = {
  summary: 'list rejected instances, and revoke a rejection',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { hospital: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, id] = positionals;
    const { hospital } = values;
    if (hospital === undefined) throw new UsageFault('rejections needs --hospital');
    const url = await findDatabase(readConfig());
    const pool = createPool({ url, name: 'arkim', connectionsMax: 2 });
    try {
      const held = rejectionsOf({ pool, findable: findableReader(pool, { nowMs: Date.now }) });
      if (action === 'list') return await list(held, hospital, terminal);
      if (action === 'revoke' && id !== undefined)
        return await revoke(held, { hospital, id }, terminal);
      throw new UsageFault('rejections list | revoke <id>');
    } finally {
      await pool.end();
    }
  },
};

async function list(held: Rejections, hospital: string, terminal: Terminal): Promise<number> {
  let told = 0;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await held.list(hospital, { after, studiesMax: STUDIES_MAX });
    for (const { id, code, claim, instances } of page.items)
      terminal.answer([id, code, claim, `${instances} instances`].join('  '));
    told += page.items.length;
    after = page.next;
  }
  terminal.progress(`${told} rejections hold`);
  return 0;
}

async function revoke(
  held: Rejections,
  { hospital, id }: Readonly<{ hospital: string; id: string }>,
  terminal: Terminal,
): Promise<number> {
  const found = await held.find(hospital, id);
  if (found === undefined) throw new OperatorFault('no rejection of this hospital has this id');
  const asked = await held.revoke({ ...found, hospital, actor: ACTOR });
  for (let times = 0; times < ASKED_MAX; times++) {
    const outcome = await held.outcome(asked);
    if (outcome !== undefined) {
      terminal.answer(outcome === 'revoked' ? 'revoked' : 'it was revoked before');
      return 0;
    }
    await pause(ASK_MS);
  }
  throw new OperatorFault('it was asked for, and no worker has done it yet');
}
