import { open } from 'node:fs/promises';
import { verifyExport } from '#evidence/verify-export';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';

/** Checks an export; 0 when all of it is as it was sealed. */
export async function verifyFile(path: string, terminal: Terminal): Promise<number> {
  const file = await open(path).catch((cause: unknown) => {
    throw new OperatorFault(`${path} can't be read`, { cause });
  });
  try {
    const verdict = await verifyExport(file.readLines());
    for (const { what, fault } of verdict.findings) terminal.answer(`${what}: ${fault}`);
    const { records, seals, days, lastSeal = 'none', lastDay = 'none' } = verdict;
    terminal.answer(`${records} records, ${seals} seals, ${days} days`);
    terminal.answer(`last seal ${lastSeal}`);
    terminal.answer(`last day ${lastDay}`);
    return verdict.findings.length === 0 ? 0 : 1;
  } finally {
    await file.close();
  }
}
