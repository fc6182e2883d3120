import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
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
 * A normal user runs the programs as itself. Root, and a user number without a name (as containers have them), runs them in
 * a user namespace where it's called nobody: the files stay its own and no folder needs to be readable by others. Where
 * root isn't allowed that, it runs them as the user nobody.
 */
export async function chooseRunAs(program: string): Promise<RunAs> {
  const uid = process.getuid?.();
  if (uid !== 0 && hasName()) return plain;
  if (await works(unshared, program)) return unshared;
  if (uid !== 0)
    throw new OperatorFault(
      `the user number ${uid} has no name here and unshare is refused: start the archive as a user of this machine`,
    );
  const nobody: RunAs = { ...plain, owner: { uid: NOBODY, gid: NOBODY } };
  if (await works(nobody, program)) return nobody;
  throw new OperatorFault(
    `PostgreSQL can't run as root, unshare is refused here and the user nobody can't read ${program}: start the archive as a normal user`,
  );
}

/* PostgreSQL's initdb asks for the name of its user. */
function hasName(): boolean {
  try {
    return userInfo().username !== '';
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')
      return false;
    throw error;
  }
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
