import { parseArgs } from 'node:util';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { type OpenArchive, withArchive } from './archive-cli.module.js';
import { type Command, type Terminal, UsageFault } from './command.js';
import { refuseFrozen } from './hospital/refuse-frozen.js';
import { acceptQuarantined } from './quarantine/accept.js';
import { listQuarantine, type Quarantined, readQuarantined } from './quarantine/quarantined.js';
import { resolveQuarantined } from './quarantine/resolve.js';
import { writeChecked } from './write-checked.js';

const HELP = `npm run --silent arkim -- quarantine <action>

Instances that contradict what is stored, or that can't be read, are kept aside until a person
decides. Nothing of them is findable meanwhile.

  list [--hospital <hospital>]   what is kept aside: id, hospital, when, why, bytes
  export <id> --out <file>       write the bytes to look at them; nothing changes
  accept <id>                    store it under a new SOP Instance UID (a conflict)
  return <id> --out <file>       write the bytes for the sender and let them go
  discard <id>                   let the bytes go`;

/** The worklist of what was not taken, and the ways out of it (design D6). */
export const quarantine: Command = {
  summary: 'list and resolve instances that were kept aside',
  help: HELP,
  run: async (args, terminal) => {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { hospital: { type: 'string' }, out: { type: 'string' } },
      allowPositionals: true,
    });
    const [action, id] = positionals;
    const asked = { action: action ?? '', id, ...values };
    if (!ACTIONS.includes(asked.action)) throw new UsageFault(`quarantine ${ACTIONS.join(' | ')}`);
    return withArchive(readConfig(), (archive) => act(archive, terminal, asked));
  },
};

const ACTIONS = ['list', 'export', 'accept', 'return', 'discard'];

type Asked = Readonly<{ action: string; id: string | undefined; hospital?: string; out?: string }>;

const act = async (archive: OpenArchive, terminal: Terminal, asked: Asked): Promise<number> => {
  if (asked.action === 'list') return list(archive, terminal, asked.hospital);
  if (asked.id === undefined) throw new UsageFault(`quarantine ${asked.action} needs an id`);
  const part = await readQuarantined(archive.pool, asked.id);
  if (part === undefined) throw new OperatorFault('nothing is kept aside under this id');
  if (part.outcome !== null) throw new OperatorFault(`this was ${part.outcome} before`);
  return resolve(archive, terminal, { ...asked, part });
};

const resolve = async (
  archive: OpenArchive,
  terminal: Terminal,
  { action, out, part }: Asked & Readonly<{ part: Quarantined }>,
): Promise<number> => {
  if (action === 'accept') {
    await refuseFrozen(archive.pool, part.hospital, 'ingest');
    terminal.answer(`stored as ${await acceptQuarantined(archive, part)}`);
    return 0;
  }
  if (action === 'export' || action === 'return') {
    await refuseFrozen(archive.pool, part.hospital, 'export');
    if (out === undefined) throw new UsageFault(`quarantine ${action} needs --out <file>`);
    await writeChecked(archive.store, part, out);
    terminal.answer(`${part.bytes} bytes written to ${out}`);
  }
  if (action === 'export') return 0;
  await refuseFrozen(archive.pool, part.hospital, 'deletion');
  await resolveQuarantined(archive, part, action === 'return' ? 'returned' : 'discarded');
  terminal.answer(action === 'return' ? 'returned' : 'discarded');
  return 0;
};

const list = async (archive: OpenArchive, terminal: Terminal, hospital: string | undefined) => {
  let parts = 0;
  for await (const part of listQuarantine(archive.pool, hospital)) {
    const { id, why, bytes, quarantinedAt } = part;
    terminal.answer([id, part.hospital, quarantinedAt, why, `${bytes} bytes`].join('  '));
    parts++;
  }
  terminal.progress(`${parts} kept aside`);
  return 0;
};
