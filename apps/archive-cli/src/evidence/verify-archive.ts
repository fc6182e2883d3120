import type { X509Certificate } from 'node:crypto';
import type { Pool } from 'pg';
import { checkStamps } from '#evidence/evidence-record';
import { headDocument, type SealedLog } from '#evidence/log-head';
import { auditDayDigests } from '#evidence/postgres/audit-day-digests';
import { exportAudit } from '#evidence/postgres/export-audit';
import { allSeals, stampsOfDay } from '#evidence/postgres/log-seals';
import { indexOfEvent, leavesFrom } from '#evidence/postgres/read-leaves';
import { archiveStamp } from '#evidence/seal-stamp';
import { verifyExport } from '#evidence/verify-export';
import { verifyLog } from '#evidence/verify-log';
import { readConfig } from '#platform/config';
import type { Terminal } from '../command.js';
import { readTrusted } from './read-trusted.js';
import { withLog } from './with-log.js';

const EVER = { from: '2000-01-01', to: '9999-12-31' };

/** Holds the log, its seals, their time-stamps and the records of access against each other; 0 when all of it is as it was sealed. */
export async function verifyArchive(
  caFile: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const trusted = caFile === undefined ? undefined : await readTrusted(caFile);
  return withLog(readConfig(), async (log, pool) => {
    const seals = await allSeals(pool);
    const inLog = await verifyLog({
      ...{ log, seals },
      leaves: leavesFrom(pool),
      indexOf: indexOfEvent(pool),
      auditDays: await auditDayDigests(pool),
    });
    const inAudit = await verifyExport(auditLines(pool));
    const stamps = trusted === undefined ? [] : await checkAll(pool, seals, trusted);
    for (const { what, fault } of [...inLog.findings, ...inAudit.findings, ...stamps])
      terminal.answer(`${what}: ${fault}`);
    terminal.answer(`${inLog.events} events, ${inLog.unsealed} of them not sealed yet`);
    terminal.answer(`${inAudit.records} records of access in ${inAudit.days} days`);
    terminal.answer(`${inLog.seals} seals, the last ${inLog.lastSeal ?? 'none'}`);
    const faults = inLog.findings.length + inAudit.findings.length + stamps.length;
    return faults === 0 ? 0 : 1;
  });
}

async function* auditLines(pool: Pool): AsyncGenerator<string> {
  for await (const line of exportAudit(pool, EVER)) yield JSON.stringify(line);
}

/** Seals whose stamps aren't good; one without any waits for its authority. */
async function checkAll(
  pool: Pool,
  seals: readonly SealedLog[],
  trusted: readonly X509Certificate[],
): Promise<readonly Readonly<{ what: string; fault: string }>[]> {
  const findings: Readonly<{ what: string; fault: string }>[] = [];
  for (const seal of seals) {
    const stamps = (await stampsOfDay(pool, seal.day)).map(archiveStamp);
    const chain = checkStamps(headDocument(seal), stamps, trusted);
    if (!chain.ok && chain.fault !== 'none')
      findings.push({ what: `time-stamp ${chain.order} of ${seal.day}`, fault: chain.fault });
  }
  return findings;
}
