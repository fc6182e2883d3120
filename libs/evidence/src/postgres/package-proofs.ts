import type { Pool } from 'pg';
import type { PackedProof } from '../package-format.js';
import type { PackageSource } from '../write-package.js';
import { sealCovering, sealOfDay, stampsOfDay } from './log-seals.js';
import { inclusionPath } from './log-tree.js';

/** Proofs for packages: each event under the first seal that covers it, the one that was stamped soonest. */
export const packageProofs = (pool: Pool): Pick<PackageSource, 'proofsOf' | 'sealOf'> => ({
  proofsOf: async (events) => {
    const { rows } = await pool.query<{ event: string; index: string }>(
      'select event, index from evidence_leaves where event = any($1::uuid[]) order by index',
      [events],
    );
    const proofs: PackedProof[] = [];
    for (const { event, index } of rows) {
      const proof = await proofOf(pool, event, Number(index));
      if (proof !== undefined) proofs.push(proof);
    }
    return proofs;
  },
  sealOf: async (day) => {
    const seal = await sealOfDay(pool, day);
    return seal && { seal, stamps: await stampsOfDay(pool, day) };
  },
});

async function proofOf(pool: Pool, event: string, index: number): Promise<PackedProof | undefined> {
  const seal = await sealCovering(pool, index + 1);
  if (seal === undefined) return undefined;
  const { size, day } = seal;
  const path = await inclusionPath(pool, index, size);
  return { event, index, size, day, path: path.map((hash) => hash.toString('hex')) };
}
