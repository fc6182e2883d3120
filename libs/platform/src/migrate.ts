import pg from 'pg';
import { OperatorFault } from './operator-fault.js';
import { type Migration, readMigrations } from './postgres/read-migrations.js';

/* Any number will do, as long as no other lock of ours uses it. */
const MIGRATION_LOCK = 7_301_001;
const STATEMENT_MS_MAX = 3_600_000;

const APPLIED_TABLE = `create table if not exists schema_migrations (
  name text primary key,
  sha256 text not null,
  applied_at timestamptz not null default now()
)`;

/**
 * Applies the folder's `NNNN-name.sql` files that the database hasn't seen, in order, each in a transaction of its own,
 * and resolves to their names. One at a time holds the lock; a file that was applied or committed, and changed since, is refused.
 */
export async function migrate(url: string, folder: string): Promise<readonly string[]> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({
    connectionString: url,
    application_name: 'arkim migrate',
    statement_timeout: STATEMENT_MS_MAX,
  });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    const pending = await pendingOf(client, migrations);
    for (const migration of pending) await apply(client, migration);
    return pending.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

async function pendingOf(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  await client.query(APPLIED_TABLE);
  const { rows } = await client.query<{ name: string; sha256: string }>(
    'select name, sha256 from schema_migrations',
  );
  const known = new Map(migrations.map((migration) => [migration.name, migration]));
  for (const { name, sha256 } of rows) {
    const migration = known.get(name);
    if (!migration)
      throw new OperatorFault(`the database has the migration ${name}: this program is older`);
    if (migration.sha256 !== sha256)
      throw new OperatorFault(`the migration ${name} changed after it was applied`);
  }
  const applied = new Set(rows.map(({ name }) => name));
  return migrations.filter(({ name }) => !applied.has(name));
}

async function apply(client: pg.Client, { name, sha256, sql }: Migration): Promise<void> {
  try {
    await client.query('begin');
    await client.query(sql);
    await client.query('insert into schema_migrations (name, sha256) values ($1, $2)', [
      name,
      sha256,
    ]);
    await client.query('commit');
  } catch (cause) {
    await client.query('rollback');
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorFault(`the migration ${name} failed: ${reason}`, { cause });
  }
}
