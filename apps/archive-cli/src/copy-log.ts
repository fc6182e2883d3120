import { parseArgs } from 'node:util';
import type { Pool } from 'pg';
import { type CopyProgress, type CopyReport, copyLog } from '#events/copy-log';
import type { KurrentSettings } from '#events/kurrentdb/kurrent-event-store';
import { kurrentLogTarget } from '#events/kurrentdb/kurrent-log-target';
import { postgresEventStore } from '#events/postgres/postgres-event-store';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { createPool } from '#platform/postgres-pool';
import { type Command, type Terminal, UsageFault } from './command.js';
import { withStoppedArchive } from './with-stopped-archive.js';

const PROGRESS_MS = 1_000;
/** To count a long log is one statement. */
const STATEMENT_MS_MAX = 3_600_000;

const HELP = `npm run --silent arkim -- copy-log --to kurrentdb

Copies the event log from PostgreSQL to the KurrentDB server of ARKIM_KURRENTDB_URL while the archive
is stopped; it refuses to work beside one that runs. Ids, versions, seals and times of the events stay
as they are. At the end both logs are read and every event is compared. When it's broken off, the same
command goes on where it was. The log in PostgreSQL stays as it is; keys, index and queue stay there.`;

/** Moves the log to another engine. */
export const copyLogCommand: Command = {
  summary: 'copy the event log to another engine, and compare',
  help: HELP,
  run: async (args, terminal) => {
    const { values } = parseArgs({ args: [...args], options: { to: { type: 'string' } } });
    if (values.to !== 'kurrentdb') throw new UsageFault('copy-log needs --to kurrentdb');
    const config = readConfig();
    const { kurrentUrl: url, kurrentPrefix: prefix } = config;
    if (url === undefined) throw new OperatorFault('ARKIM_KURRENTDB_URL is not set');
    const report = await withStoppedArchive(config, (database) =>
      copyFrom(database, { url, prefix }, terminal),
    );
    terminal.answer(`copied and compared: ${report.events} events`);
    terminal.answer(`sha-256 of both logs: ${report.digest}`);
    return 0;
  },
};

async function copyFrom(
  database: string,
  settings: KurrentSettings,
  terminal: Terminal,
): Promise<CopyReport> {
  const pool = createPool({ url: database, name: 'arkim', statementMsMax: STATEMENT_MS_MAX });
  const target = kurrentLogTarget(settings);
  try {
    const report = await copyLog(postgresEventStore(pool), target, progressTo(terminal));
    await refuseHidden(pool, report);
    return report;
  } finally {
    await target.close();
    await pool.end();
  }
}

/* A transaction that runs anywhere on the server hides what was committed after it began (design D16). */
async function refuseHidden(pool: Pool, { events }: CopyReport): Promise<void> {
  const { rows } = await pool.query<{ count: string }>(
    'select count(*)::text as count from events',
  );
  if (rows[0]?.count !== String(events))
    throw new OperatorFault(
      `copied ${events} of ${rows[0]?.count} events: an open transaction hides the others; end it and begin again`,
    );
}

function progressTo(terminal: Terminal): CopyProgress {
  let lastMs = 0;
  return (stage, events) => {
    if (performance.now() - lastMs < PROGRESS_MS) return;
    lastMs = performance.now();
    terminal.progress(`${stage} ${events} events`);
  };
}
