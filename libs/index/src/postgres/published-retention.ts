import type { Pool, PoolClient } from 'pg';
import { policyStream } from '#archive/policy-events';
import { retentionPolicy } from '#archive/retention/decide-retention-policy';
import { RETENTION_TABLE } from '#retention/built-in-policies';
import type { RetentionTable } from '#retention/retention-policy';
import type { RetentionPolicies } from '../retention-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { publishedVersions } from './published-versions.js';
import { projectRetentionPolicies } from './replay-retention.js';

/** The published policies of keeping, over the log and their rows. */
export const publishedRetention = (ports: FactPorts): RetentionPolicies => ({
  publish: async ({ id, actor }, command) => {
    const metadata = { actor, correlationId: id, causationId: id };
    const order = { stream: policyStream('retention'), id, command, metadata };
    const decision = await commitFacts(ports, retentionPolicy, order, projectRetentionPolicies);
    return decision.ok ? { ok: true } : decision;
  },
  versions: (limit) => publishedVersions(ports.pool, 'retention_policies', limit),
  read: (version) => readRetention(ports.pool, version),
});

/** The policies in force, as the database has them. */
export const retentionInForce = async (db: Pool | PoolClient): Promise<RetentionTable> =>
  (await readRetention(db, undefined)) ?? RETENTION_TABLE;

async function readRetention(
  db: Pool | PoolClient,
  version: string | undefined,
): Promise<RetentionTable | undefined> {
  const { rows } = await db.query({
    name: 'retention-policies',
    text: `select policies from retention_policies where $1::text is null or version = $1 order by sequence desc limit 1`,
    values: [version ?? null],
  });
  return rows[0] && JSON.parse(rows[0].policies);
}
