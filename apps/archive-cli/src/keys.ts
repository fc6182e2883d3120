import { parseArgs } from 'node:util';
import { type Command, type Terminal, UsageFault } from './command.js';
import { dropVersion } from './keys/drop-version.js';
import { rotate } from './keys/rotate.js';
import { tellStatus } from './keys/tell-status.js';

const HELP = `npm run --silent arkim -- keys status
npm run --silent arkim -- keys rotate
npm run --silent arkim -- keys drop --version <n>

status tells the versions of the master key, how many data keys each wraps, and how many data keys
were destroyed. rotate makes a new version and wraps every data key by it while the archive runs;
broken off, the same command ends it. drop destroys a version that wraps nothing any more, for good:
what backups hold wrapped by it opens never again. A version that is in use, and the newest, stay.`;

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
};

function none(args: readonly string[]): void {
  if (args.length > 0) throw new UsageFault(`${args[0]}: nothing more is asked`);
}

/** The master key and what it wraps. */
export const keys: Command = {
  summary: 'the master key: its versions, a new one, the end of an old one',
  help: HELP,
  run: async (args, terminal) => {
    const [name = '', ...rest] = args;
    const action = Object.hasOwn(actions, name) ? actions[name] : undefined;
    if (!action) throw new UsageFault(`keys ${Object.keys(actions).join(' | ')}`);
    return action(rest, terminal);
  },
};
