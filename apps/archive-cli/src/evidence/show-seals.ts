import { listSeals } from '#evidence/postgres/log-seals';
import { readConfig } from '#platform/config';
import type { Terminal } from '../command.js';
import { withFacts } from '../with-facts.js';

const PAGE_SEALS_MAX = 500;

/** A line for each seal, the newest first. */
export const showSeals = (terminal: Terminal): Promise<number> =>
  withFacts(readConfig(), async (_ports, pool) => {
    terminal.answer('day,number,events,digest,time_stamps,time_stamped_at');
    for (let before = Number.MAX_SAFE_INTEGER; ; ) {
      const page = await listSeals(pool, before, PAGE_SEALS_MAX);
      for (const { day, number, size, digest, stamps, stampedAt } of page)
        terminal.answer([day, number, size, digest, stamps, stampedAt ?? ''].join(','));
      const last = page.at(-1);
      if (last === undefined) return 0;
      before = last.number;
    }
  });
