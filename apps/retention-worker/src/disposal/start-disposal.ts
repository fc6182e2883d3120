import type { Disposal, DisposalPorts } from './disposal-ports.js';
import { inDisposal, tell, waitFor, yieldTo } from './in-disposal.js';

/** How often it is looked whether its bytes are in packs of their own. */
const SETTLING_SECONDS = 5;

/** Grace is over: the study is made ready. Nothing of it is gone yet, and nobody sees a difference. */
export const startDisposal = (ports: DisposalPorts, disposal: Disposal): Promise<void> =>
  inDisposal(ports, disposal, async (step) => {
    const { transaction, versions, client } = step;
    const { batch, claim, hospital } = disposal;
    const obstacle = await transaction.obstacle(disposal);
    if (obstacle !== undefined) return yieldTo(step, obstacle);
    await tell(step, { type: 'DispositionStarted', data: { batch, hospital, claim } });
    await transaction.settleNext(versions[0] ?? 0, disposal);
    await client.query(`update disposals set step = 'started' where batch = $1 and claim = $2`, [
      batch,
      claim,
    ]);
    return waitFor(step, 'settling', (await transaction.isSettled(claim)) ? 0 : SETTLING_SECONDS);
  });
