import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { OperatorFault } from '../operator-fault.js';

const run = promisify(execFile);
const NOBODY = 65534;

/** How a PostgreSQL program is started: PostgreSQL refuses to run as root. */
export type RunAs = Readonly<{
  command: (program: string, args: readonly string[]) => [string, string[]];
  /** Set when files must belong to another user: `unshare` is refused here. */
  owner?: Readonly<{ uid: number; gid: number }>;
}>;

/**
 * A normal user runs the programs as itself. Root runs them in a user namespace where it's called nobody: the files stay
 * root's and no folder needs to be readable by others. Where that's refused, as the user nobody.
 */
export async function chooseRunAs(program: string): Promise<RunAs> {
  if (process.getuid?.() !== 0) return plain;
  if (await works(unshared, program)) return unshared;
  const nobody: RunAs = { ...plain, owner: { uid: NOBODY, gid: NOBODY } };
  if (await works(nobody, program)) return nobody;
  throw new OperatorFault(
    `PostgreSQL can't run as root, unshare is refused here and the user nobody can't read ${program}: start the archive as a normal user`,
  );
}

const plain: RunAs = { command: (program, args) => [program, [...args]] };

const unshared: RunAs = {
  command: (program, args) => [
    'unshare',
    ['--user', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`, '--', program, ...args],
  ],
};

/* `postgres --version` answers before the check for root, so the namespace itself is what's tried. */
async function works(as: RunAs, program: string): Promise<boolean> {
  const [command, args] = as.command(program, ['--version']);
  return run(command, args, { ...as.owner, timeout: 10_000 }).then(
    () => true,
    () => false,
  );
}
