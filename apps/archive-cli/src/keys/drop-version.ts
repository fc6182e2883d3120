import { dropMasterKey } from '#events/postgres/rotate-master-key';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';
import { withMasterKey } from './with-master-key.js';

const WHY = {
  'in-use': 'it still wraps keys: rotate first',
  newest: 'it is the newest, and wraps new keys: rotate first',
} as const;

/** Destroys a version of the master key that wraps nothing any more. */
export const dropVersion = (version: number, terminal: Terminal): Promise<number> =>
  withMasterKey(async (pool, { keeper }) => {
    const refused = await dropMasterKey(pool, keeper, version);
    if (refused !== undefined) throw new OperatorFault(`version ${version} stays: ${WHY[refused]}`);
    terminal.answer(`version ${version} is destroyed`);
    return 0;
  });
