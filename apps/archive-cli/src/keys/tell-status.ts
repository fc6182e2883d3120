import { listMasterKeys } from '#events/postgres/master-keys';
import type { Terminal } from '../command.js';
import { withMasterKey } from './with-master-key.js';

/** Tells which versions of the master key there are, what each wraps, and how many data keys were destroyed. */
export const tellStatus = (terminal: Terminal): Promise<number> =>
  withMasterKey(async (pool) => {
    for (const { version, keeper, madeAt, keys } of await listMasterKeys(pool))
      terminal.answer(
        `version ${version}  ${keeper ?? 'not started yet'}  made ${madeAt.toISOString()}  wraps ${keys} keys`,
      );
    const { rows } = await pool.query(
      'select count(*)::int as destroyed, count(*) filter (where not told)::int as untold from key_destructions',
    );
    terminal.answer(
      `${rows[0]?.destroyed} keys destroyed, ${rows[0]?.untold} not in the ledger yet`,
    );
    return 0;
  });
