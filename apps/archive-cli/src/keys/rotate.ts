import { rotateMasterKey } from '#events/postgres/rotate-master-key';
import { OperatorFault } from '#platform/operator-fault';
import type { Terminal } from '../command.js';
import { withMasterKey } from './with-master-key.js';

/** Makes a new version of the master key, or ends what was begun. */
export const rotate = (terminal: Terminal): Promise<number> =>
  withMasterKey(async (pool, keys) => {
    const progress = (done: number) => terminal.progress(`wrapped ${done} keys anew`);
    const rotated = await rotateMasterKey(pool, keys, progress);
    if (rotated === 'running') throw new OperatorFault('another rotation runs');
    const { version, rewrapped } = rotated;
    terminal.answer(`version ${version} wraps all keys; ${rewrapped} were wrapped anew`);
    return 0;
  });
