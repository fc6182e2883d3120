import { join } from 'node:path';
import { openPlatform } from './platform.mjs';

const rowCount = 10_000;
const lanes = 8;
const insertOne = { name: 'insert', text: 'insert into durable (body) values ($1)' };
const selectOne = { name: 'select', text: 'select body from found where id = $1' };

/**
 * What the archive's own kind of PostgreSQL does with nothing around it, with the settings the archive starts it with:
 * durable inserts of one row and look-ups by key. A line that says so when the archive isn't built.
 */
export async function measurePostgres({ folder, plan, repeat }) {
  const platform = await openPlatform();
  if (platform === undefined) return [{ label: 'PostgreSQL: not measured, Arkim is not built' }];
  const server = await platform.startEmbeddedPostgres({ folder: join(folder, 'limits-postgres') });
  const pool = platform.createPool({ url: server.url, name: 'bench', connectionsMax: lanes });
  try {
    await makeTables(pool);
    return await measureStatements(pool, plan.limitMs, repeat);
  } finally {
    await pool.end();
    await server.stop();
  }
}

async function measureStatements(pool, ms, repeat) {
  const body = 'x'.repeat(800);
  let at = 0;
  const insert = () => pool.query({ ...insertOne, values: [body] });
  const select = () => pool.query({ ...selectOne, values: [(at++ * 7919) % rowCount] });
  const line = async (label, concurrency, work) => {
    await repeat(ms / 4, concurrency, work);
    return { label, value: await repeat(ms, concurrency, work), unit: '/s' };
  };
  return [
    await line('PostgreSQL: durable insert of one row, c=1', 1, insert),
    await line('PostgreSQL: durable insert of one row, c=8', lanes, insert),
    await line('PostgreSQL: look-up by key, c=1', 1, select),
    await line('PostgreSQL: look-up by key, c=8', lanes, select),
  ];
}

async function makeTables(pool) {
  await pool.query('create table durable (id bigserial primary key, body text not null)');
  await pool.query('create table found (id int primary key, body text not null)');
  const rows = `insert into found select n, repeat('x', 800) from generate_series(0, ${rowCount - 1}) n`;
  await pool.query(rows);
  await pool.query('analyze found');
}
