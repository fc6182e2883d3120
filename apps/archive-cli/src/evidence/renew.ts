import { randomBytes } from 'node:crypto';
import { askTimeStamp } from '#evidence/ask-time-stamp';
import { stampsBefore } from '#evidence/postgres/log-seals';
import { renewStamps as renewNext } from '#evidence/renew-stamps';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';
import { readTrusted } from './read-trusted.js';
import { withLog } from './with-log.js';

/** Renews every time-stamp made before a day, by the authority of the settings. */
export async function renewStamps(before: string, terminal: Terminal): Promise<number> {
  const config = readConfig();
  const { timeStamps } = config;
  if (timeStamps === undefined) throw new OperatorFault('ARKIM_TSA_URL is not set');
  const stamper = {
    ...{ url: timeStamps.url, random: randomBytes },
    trusted: await readTrusted(timeStamps.caFile),
  };
  const { signal } = new AbortController();
  return withLog(config, async (log, pool) => {
    const due = (day: string, limit: number) => stampsBefore(pool, `${day}T00:00:00Z`, limit);
    const ask = (hash: Buffer) => askTimeStamp(stamper, hash, signal);
    let renewed = 0;
    for (let more = -1; more !== 0; renewed += Math.max(more, 0)) {
      more = await renewNext({ log, due, ask }, before, signal);
      terminal.progress(`${renewed} time-stamps renewed`);
    }
    terminal.answer(`${renewed} time-stamps renewed`);
    return 0;
  });
}
