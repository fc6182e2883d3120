import { open } from 'node:fs/promises';
import { type AuditPeriod, exportAudit } from '#evidence/postgres/export-audit';
import { readConfig } from '#platform/config';
import type { Terminal } from '../command.js';
import { withFacts } from '../with-facts.js';

const PROGRESS_LINES = 10_000;

/** Writes a period to a new file; one that is there already is refused. */
export const exportToFile = (
  period: AuditPeriod,
  path: string,
  terminal: Terminal,
): Promise<number> =>
  withFacts(readConfig(), async (_ports, pool) => {
    const file = await open(path, 'wx');
    let lines = 0;
    try {
      for await (const line of exportAudit(pool, period)) {
        await file.write(`${JSON.stringify(line)}\n`);
        if (++lines % PROGRESS_LINES === 0) terminal.progress(`${lines} lines`);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    terminal.answer(`${lines} lines written to ${path}`);
    return 0;
  });
