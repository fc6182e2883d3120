import pg from 'pg';
import { socketUrl } from './socket-url.js';

const DUPLICATE_DATABASE = '42P04';
const UNIQUE_VIOLATION = '23505';

/** Makes the database when the server hasn't got it; two at once are fine. `template` must have no session open. */
export async function createDatabase(
  socketFolder: string,
  name: string,
  template = 'template1',
): Promise<void> {
  const client = new pg.Client({ connectionString: socketUrl(socketFolder, 'postgres') });
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount) return;
    const [database, source] = [name, template].map((part) => client.escapeIdentifier(part));
    await client.query(`create database ${database} template ${source}`);
  } catch (error) {
    if (!isTaken(error)) throw error;
  } finally {
    await client.end();
  }
}

const isTaken = (error: unknown) =>
  error instanceof Error &&
  'code' in error &&
  (error.code === DUPLICATE_DATABASE || error.code === UNIQUE_VIOLATION);
