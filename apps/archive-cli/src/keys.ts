import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageFault } from './command.js';
import { backup } from './keys/backup.js';
import { dropVersion } from './keys/drop-version.js';
import { restore } from './keys/restore.js';
import { rotate } from './keys/rotate.js';
import { tellStatus } from './keys/tell-status.js';

const HELP = `npm run --silent arkim -- keys status
npm run --silent arkim -- keys rotate
npm run --silent arkim -- keys drop --version <n>
npm run --silent arkim -- keys backup --to <folder> --recipient <public.pem> [--keep-days 7]
npm run --silent arkim -- keys restore --from <file> --identity <private.pem>

status tells the versions of the master key, how many data keys each wraps, and how many data keys
were destroyed. rotate makes a new version and wraps every data key by it while the archive runs;
broken off, the same command ends it. drop destroys a version that wraps nothing any more, for good:
what backups hold wrapped by it opens never again. A version that is in use, and the newest, stay.

backup writes all keys into a new file of the folder, sealed for the holder of a private X25519 key
(openssl genpkey -algorithm X25519; openssl pkey -pubout), and deletes those older than --keep-days.
restore works on a stopped archive: it puts back keys that are missing or can't be read any more, and
destroys again what the ledger (ARKIM_KEY_LEDGER) tells; so does every start. Exit code 1: keys are
left that nobody can read.`;

const actions: Readonly<
  Record<string, (args: readonly string[], terminal: Terminal) => Promise<number>>
> = {
  status: (args, terminal) => {
    none(args);
    return tellStatus(terminal);
  },
  rotate: (args, terminal) => {
    none(args);
    return rotate(terminal);
  },
  drop: (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: { version: { type: 'string' } } });
    if (!/^[1-9]\d{0,8}$/.test(values.version ?? '')) throw new UsageFault('drop --version <n>');
    return dropVersion(Number(values.version), terminal);
  },
  backup: (args, terminal) => {
    const { values } = parseArgs({
      args: [...args],
      options: {
        to: { type: 'string' },
        recipient: { type: 'string' },
        'keep-days': { type: 'string', default: '7' },
      },
    });
    const { to, recipient, 'keep-days': keepDays } = values;
    if (!to || !recipient || !/^[1-9]\d{0,3}$/.test(keepDays))
      throw new UsageFault('backup --to <folder> --recipient <public.pem> [--keep-days <n>]');
    return backup({ to, recipient, keepDays: Number(keepDays) }, terminal);
  },
  restore: (args, terminal) => {
    const options = { from: { type: 'string' }, identity: { type: 'string' } } as const;
    const { from, identity } = parseArgs({ args: [...args], options }).values;
    if (!from || !identity) throw new UsageFault('restore --from <file> --identity <private.pem>');
    return restore({ from, identity }, terminal);
  },
};

function none(args: readonly string[]): void {
  if (args.length > 0) throw new UsageFault(`${args[0]}: nothing more is asked`);
}

/** The master key and what it wraps. */
export const keys: Command = {
  summary: 'the keys: versions of the master key, their backup, what was destroyed',
  help: HELP,
  run: async (args, terminal) => {
    const [name = '', ...rest] = args;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageFault(`keys ${Object.keys(actions).join(' | ')}`);
    return action(rest, terminal);
  },
};
