import { setTimeout as sleep } from 'node:timers/promises';
import { OperatorFault } from '#platform/operator-fault';
import { isOurs, type RunRecord, readRunRecord } from './run-record.js';

/** An archive whose npm was just killed notices within this time and drains; longer, and it's simply running. */
const NOTICE_MS_MAX = 1500;
const DRAIN_MS_MAX = 180_000;
const ORPHAN_MS_MAX = 5000;
const POLL_MS = 50;

/**
 * Refuses to start beside an archive that runs on the same data folder, waits for one that's just stopping, and ends
 * what a killed one left behind: its children stop by themselves when their supervisor is gone, or are killed.
 */
export async function settlePreviousRun(dataFolder: string): Promise<void> {
  const record = await readRunRecord(dataFolder);
  if (!record) return;
  await waitForArchive(dataFolder, record);
  await endOrphans(record.children);
}

async function waitForArchive(dataFolder: string, { pid }: RunRecord): Promise<void> {
  const startedAtMs = Date.now();
  while (isOurs(pid, 'archive-standalone/')) {
    const now = await readRunRecord(dataFolder);
    const waitMsMax = now?.state === 'draining' ? DRAIN_MS_MAX : NOTICE_MS_MAX;
    if (Date.now() - startedAtMs > waitMsMax)
      throw new OperatorFault(
        `an archive already runs on ${dataFolder} (process ${pid}, port ${now?.port})`,
      );
    await sleep(POLL_MS);
  }
}

async function endOrphans(children: readonly number[]): Promise<void> {
  const startedAtMs = Date.now();
  for (const pid of children)
    while (isOurs(pid, '')) {
      if (Date.now() - startedAtMs > ORPHAN_MS_MAX) process.kill(pid, 'SIGKILL');
      await sleep(POLL_MS);
    }
}
