import { retirePack } from '../retire/retire-pack.js';
import type { Disposal, DisposalPorts } from './disposal-ports.js';
import { FROZEN_SECONDS, inDisposal, waitFor } from './in-disposal.js';
import { keepLease } from './take-disposal.js';

/** How often it is looked whether others have left a pack: their studies are settled, somebody has decided on what was kept aside. */
const SHARED_SECONDS = 60;

/**
 * Removes the packs of a study whose rows are gone: every version, wherever the store keeps one. Again, it goes on where it was: what is removed already
 * is removed once more. A pack that others need still is waited for.
 */
export async function removeBytes(ports: DisposalPorts, disposal: Disposal): Promise<void> {
  let kept = 0;
  for (const { pack, key } of disposal.packs) {
    if (await ports.isFrozen(disposal.hospital)) return put(ports, disposal, 'frozen');
    if ((await retirePack(ports.retire, pack)) === 'kept' && (await ports.isListed(pack))) kept++;
    else await ports.retire.store.remove(key);
    await keepLease(ports.pool, disposal);
  }
  return kept > 0 ? put(ports, disposal, 'shared-packs') : finish(ports, disposal);
}

const put = (ports: DisposalPorts, disposal: Disposal, why: 'frozen' | 'shared-packs') =>
  inDisposal(ports, disposal, (step) =>
    waitFor(step, why, why === 'frozen' ? FROZEN_SECONDS : SHARED_SECONDS),
  );

const finish = (ports: DisposalPorts, disposal: Disposal) =>
  inDisposal(ports, disposal, async ({ client }) => {
    await client.query(
      `update disposals set step = 'done', why = '', finished_at = now() where batch = $1 and claim = $2`,
      [disposal.batch, disposal.claim],
    );
  });
