import { looked, takeChanged } from '../../apps/ingest-worker/src/manifests/changed-claims.js';
import type { Published } from '../../apps/ingest-worker/src/manifests/publish-manifest.js';
import type { ArchiveCore } from '../support/archive-core.js';

/** Longer than any claim waits for its turn. */
const AHEAD_SECONDS = 60;

/** Does all that the reactor has to do, as if the time for it had come; answers with what became of each claim. */
export async function publishAll({
  pool,
  manifests,
}: ArchiveCore): Promise<readonly Published['outcome'][]> {
  await manifests.look();
  const outcomes: Published['outcome'][] = [];
  for (const changed of await takeChanged(pool, AHEAD_SECONDS)) {
    const { outcome, again } = await manifests.publish(changed.claim);
    outcomes.push(outcome);
    await looked(pool, changed, again);
  }
  return outcomes;
}
