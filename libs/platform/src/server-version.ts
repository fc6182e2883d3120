import pg from 'pg';
import { OperatorFault } from './operator-fault.js';

/** The versions that the tests ran on (docs/engines.md). */
const VERSION_MIN = 15;
const VERSION_MAX = 18;

/** What is to be said of a server by its `server_version_num`; undefined for one that the archive is tested on. Throws OperatorFault for one that is too old. */
export function remarkOnVersion(versionNumber: number): string | undefined {
  const version = Math.floor(versionNumber / 10_000);
  if (version < VERSION_MIN)
    throw new OperatorFault(
      `PostgreSQL ${version} is too old: the archive needs version ${VERSION_MIN} to ${VERSION_MAX}`,
    );
  return version > VERSION_MAX
    ? `PostgreSQL ${version} is newer than those that this version of the archive was tested on (${VERSION_MIN} to ${VERSION_MAX})`
    : undefined;
}

/** Asks the server of this URL which version it is, and remarks on it. */
export async function checkServerVersion(url: string): Promise<string | undefined> {
  const client = new pg.Client({ connectionString: url, application_name: 'arkim supervisor' });
  await client.connect();
  try {
    const { rows } = await client.query<{ number: string }>(
      "select current_setting('server_version_num') as number",
    );
    return remarkOnVersion(Number(rows[0]?.number));
  } finally {
    await client.end();
  }
}
