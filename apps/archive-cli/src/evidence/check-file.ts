import { open } from 'node:fs/promises';
import { checkEvidence } from '#evidence/check-evidence';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';
import { readTrusted } from './read-trusted.js';

/** Says what an export of evidence proves; 0 when nothing of it is otherwise than it was sealed. */
export async function checkFile(
  path: string,
  caFile: string | undefined,
  terminal: Terminal,
): Promise<number> {
  const trusted = await readTrusted(caFile);
  const file = await open(path).catch((cause: unknown) => {
    throw new OperatorFault(`${path} can't be read`, { cause });
  });
  try {
    const verdict = await checkEvidence(file.readLines(), trusted);
    for (const { what, fault } of verdict.findings) terminal.answer(`${what}: ${fault}`);
    const { events, unsealed, instances, keyDestroyed } = verdict;
    terminal.answer(`study ${verdict.claim ?? 'unknown'}, root ${verdict.root ?? 'none'}`);
    terminal.answer(`${events} events, ${unsealed} of them not sealed yet`);
    terminal.answer(keyDestroyed ? 'its key is destroyed' : `${instances} instances`);
    terminal.answer(`seal ${verdict.seal ?? 'none'}`);
    terminal.answer(
      verdict.provenSince === undefined
        ? 'no time-stamp that is believed'
        : `time-stamped ${verdict.provenSince}`,
    );
    return verdict.findings.length === 0 ? 0 : 1;
  } finally {
    await file.close();
  }
}
