import type { Pool, PoolClient } from 'pg';
import type { AccessPolicy } from '#archive/access/access-table';
import { policy } from '#archive/access/decide-policy';
import { policyStream } from '#archive/policy-events';
import type { AccessPolicies } from '../policy-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { publishedVersions } from './published-versions.js';
import { projectPolicies } from './replay-policies.js';

/** The published tables, over the log and their rows. */
export const accessPolicies = (ports: FactPorts): AccessPolicies => ({
  publish: async ({ id, actor }, command) => {
    const metadata = { actor, correlationId: id, causationId: id };
    const order = { stream: policyStream('access'), id, command, metadata };
    const decision = await commitFacts(ports, policy, order, projectPolicies);
    return decision.ok ? { ok: true } : decision;
  },
  versions: (limit) => publishedVersions(ports.pool, 'access_policies', limit),
  read: (version) => readPolicy(ports.pool, version),
});

/** One version, or the latest; undefined when there is none. */
export async function readPolicy(
  pool: Pool | PoolClient,
  version?: string,
): Promise<AccessPolicy | undefined> {
  const { rows } = await pool.query({
    name: 'access-policy',
    text: `select policy from access_policies where $1::text is null or version = $1 order by sequence desc limit 1`,
    values: [version ?? null],
  });
  return rows[0] && JSON.parse(rows[0].policy);
}
