import type { Config } from '#platform/config';
import { logInAs, type Program, ROLE_OF_PROGRAM, takeUp } from '#platform/database-roles';
import type { ArchiveOptions } from './archive-options.js';

/** How a program gets into the database whose owner logs in by `ownerUrl` (design D17): on the embedded server as its role, on another by the login that the settings give it, else by the owner's and then taking its role up. */
export function programUrl(
  { postgresUrl, programUrls }: Pick<Config, 'postgresUrl' | 'programUrls'>,
  ownerUrl: string,
  program: Program,
): string {
  const role = ROLE_OF_PROGRAM[program];
  if (postgresUrl === undefined) return logInAs(ownerUrl, role);
  return programUrls[program] ?? takeUp(ownerUrl, role);
}

/** Names of settings that begin like this hold logins, or name files that do. */
const LOGINS = ['ARKIM_POSTGRES_URL', 'ARKIM_POSTGRES_REPLICA_URL', 'ARKIM_KURRENTDB_URL'];

/** The environment without anybody's login: a program is given its own, and only that. */
export const withoutLogins = (env: ArchiveOptions['env']): ArchiveOptions['env'] =>
  Object.fromEntries(
    Object.entries(env).filter(([name]) => !LOGINS.some((login) => name.startsWith(login))),
  );
