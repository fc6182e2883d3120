import type { Pool } from 'pg';
import { matchWindows } from '#archive/duplicates/decide-windows';
import { policyStream } from '#archive/policy-events';
import type { MatchWindows } from '#exams/match-windows';
import type { PublishedWindows } from '../match-windows-commands.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { publishedVersions } from './published-versions.js';
import { projectMatchWindows } from './replay-match-windows.js';

/** The published windows of duplicate exams, over the log and their rows. */
export const publishedWindows = (ports: FactPorts): PublishedWindows => ({
  publish: async ({ id, actor }, command) => {
    const metadata = { actor, correlationId: id, causationId: id };
    const order = { stream: policyStream('match-windows'), id, command, metadata };
    const decision = await commitFacts(ports, matchWindows, order, projectMatchWindows);
    return decision.ok ? { ok: true } : decision;
  },
  versions: (limit) => publishedVersions(ports.pool, 'match_windows', limit),
  read: (version) => readWindows(ports.pool, version),
});

async function readWindows(
  pool: Pool,
  version: string | undefined,
): Promise<MatchWindows | undefined> {
  const { rows } = await pool.query({
    name: 'match-windows',
    text: `select windows from match_windows where $1::text is null or version = $1 order by sequence desc limit 1`,
    values: [version ?? null],
  });
  return rows[0] && JSON.parse(rows[0].windows);
}
