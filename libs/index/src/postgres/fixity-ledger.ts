import type { Pool } from 'pg';
import { type FixityCommand, fixity, fixityBatch } from '#archive/fixity/decide-fixity';
import { fixityBatchStream, fixityStream } from '#archive/fixity-events';
import { uuid5 } from '#events/uuid5';
import type { FixityFigures, FixityLedger, FixityRound, OpenDamage } from '../fixity.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { projectBatch, projectDamage } from './replay-fixity.js';

/** Names the ids of facts about batches. */
const BATCH_IDS = '6d3a4d0e-0c19-5b43-9a5d-7c2f1e8ab033';
const ACTOR = 'retention-worker';

/** Facts of fixity over the log and their rows. `newId` names a finding, a UUID. */
export const fixityLedger = (ports: FactPorts, newId: () => string): FixityLedger => {
  const tell = async (command: FixityCommand) => {
    const id = newId();
    const metadata = { actor: ACTOR, correlationId: id, causationId: id };
    const order = { id, stream: fixityStream(command.claim), command, metadata };
    await commitFacts(ports, fixity, order, projectDamage);
  };
  return {
    latest: () => readRound(ports.pool, LATEST),
    tellBatch: async (command) => {
      const id = uuid5(BATCH_IDS, command.batch);
      const metadata = { actor: ACTOR, correlationId: id, causationId: id };
      const order = { id, stream: fixityBatchStream(command.batch), command, metadata };
      await commitFacts(ports, fixityBatch, order, projectBatch);
    },
    tellDamage: (damage) => tell({ found: 'damaged', ...damage }),
    tellHealed: (healed) => tell({ found: 'sound', ...healed }),
    damagedOf: async (pack) => {
      const { rows } = await ports.pool.query(
        'select claim from fixity_damage where pack = $1 and healed_at is null order by claim',
        [pack],
      );
      return rows.map(({ claim }) => String(claim));
    },
  };
};

/** What an operator, a records manager and the metrics are told. */
export async function fixityFigures(pool: Pool): Promise<FixityFigures> {
  const round = await readRound(pool, LATEST);
  const ended = await readRound(pool, ENDED);
  const { rows } = await pool.query(
    `select count(distinct pack) filter (where healed_at is null)::int as damaged,
       count(distinct pack) filter (where healed_at is not null)::int as healed from fixity_damage`,
  );
  return {
    round,
    ended,
    oldestReadingAt: round && (await oldestOf(pool, round)),
    damagedPacks: rows[0]?.damaged ?? 0,
    healedPacks: rows[0]?.healed ?? 0,
  };
}

/** Damage of a hospital's studies (of all hospitals without one) that isn't healed, the oldest first. */
export async function openDamage(
  pool: Pool,
  hospital: string | undefined,
  limit: number,
): Promise<readonly OpenDamage[]> {
  const { rows } = await pool.query(
    `select claim, hospital, pack, kind, damage, contents, found_at from fixity_damage
     where healed_at is null and ($1::text is null or hospital = $1) order by found_at, id limit $2`,
    [hospital ?? null, limit],
  );
  return rows.map(({ found_at, ...row }) => ({ ...row, foundAt: found_at.toISOString() }));
}

const LATEST = 'select max(round) from fixity_batches';
const ENDED = 'select max(round) from fixity_batches where is_last';

async function readRound(pool: Pool, which: string): Promise<FixityRound | undefined> {
  const { rows } = await pool.query(
    `select round, min(round_started_at) as started_at, max(verified_at) filter (where is_last) as ended_at, count(*)::int as batches,
       (array_agg(last order by number desc))[1] as through, sum(packs)::int as packs, sum(bytes)::bigint as bytes, sum(damaged)::int as damaged
     from fixity_batches where round = (${which}) group by round`,
  );
  const [row] = rows;
  if (row === undefined) return undefined;
  const { round, batches, through, packs, damaged } = row;
  return {
    ...{ round, batches, through, packs, damaged },
    bytes: Number(row.bytes),
    startedAt: row.started_at.toISOString(),
    endedAt: row.ended_at?.toISOString(),
  };
}

/** What the round under way hasn't reached was read by the one before it. */
async function oldestOf(pool: Pool, { round, startedAt, endedAt, through }: FixityRound) {
  if (endedAt === undefined && round === 1) return startedAt;
  const { rows } = await pool.query(
    `select min(verified_at) as at from fixity_batches
     where round = $1 or (round = $1 - 1 and last > $2 and $3)`,
    [round, through, endedAt === undefined],
  );
  return String(rows[0]?.at.toISOString());
}
