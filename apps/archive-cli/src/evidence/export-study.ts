import { open } from 'node:fs/promises';
import { studyStream } from '#archive/catalogue';
import { studyEvidence } from '#evidence/postgres/study-evidence';
import { readConfig } from '#platform/config';
import { OperatorFault } from '#platform/operator-fault';
import { withArchive } from '../archive-cli.module.js';
import { type Terminal, UsageFault } from '../command.js';

const CLAIM = /^[0-9a-f]{32}$/;

/** Writes what proves a study to a new file; one that is there already is refused. */
export async function exportStudy(
  claim: string,
  path: string,
  terminal: Terminal,
): Promise<number> {
  if (!CLAIM.test(claim)) throw new UsageFault('a claim has 32 characters: digits, a to f');
  return withArchive(readConfig(), async (archive) => {
    const stream = studyStream(claim);
    const version = (await archive.log.versions([stream])).get(stream) ?? 0;
    if (version === 0) throw new OperatorFault('there is no such study');
    const file = await open(path, 'wx');
    let lines = 0;
    try {
      for await (const line of studyEvidence(archive, claim)) {
        await file.write(`${JSON.stringify(line)}\n`);
        lines++;
      }
      await file.sync();
    } finally {
      await file.close();
    }
    if (lines === 0)
      throw new OperatorFault('the log is not sealed yet: its first day is not over');
    terminal.answer(`${lines} lines written to ${path}`);
    return 0;
  });
}
