import pg from 'pg';
import { OperatorFault } from './operator-fault.js';

const CONNECT_MS_MAX = 5_000;

/** Refuses a replica whose data are those of another server. One that doesn't answer is no fault: it may be on its way. */
export async function refuseForeignReplica(url: string, replicaUrl: string): Promise<void> {
  const [primary, replica] = await Promise.all([
    systemOf(url),
    systemOf(replicaUrl).catch(() => undefined),
  ]);
  if (replica !== undefined && replica !== primary)
    throw new OperatorFault(
      'ARKIM_POSTGRES_REPLICA_URL names a server that is no replica of that of ARKIM_POSTGRES_URL',
    );
}

/** What initdb gave the server's data, and every physical copy of them has. */
async function systemOf(url: string): Promise<string> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'arkim supervisor',
    connectionTimeoutMillis: CONNECT_MS_MAX,
    statement_timeout: CONNECT_MS_MAX,
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ system: string }>(
      'select system_identifier::text as system from pg_control_system()',
    );
    return String(rows[0]?.system);
  } finally {
    await client.end();
  }
}
