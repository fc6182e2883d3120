import { randomBytes } from 'node:crypto';
import type { Pool, PoolClient } from 'pg';
import { studyStream } from '#archive/catalogue';
import type { RejectionRevoked } from '#archive/rejection-events';
import { archiveUpcasters } from '#archive/upcasters';
import { AppendConflict } from '#events/append-conflict';
import { toAppend } from '#events/sealed-events';
import { lockForAppend } from '#index/lock-for-append';
import { visibilityOf } from '#index/project-findable';
import { flight } from '../flight.js';
import type { Within } from '../ingest/within.js';

export type RevokePorts = Readonly<{
  pool: Pool;
  within: (client: PoolClient) => Within;
  /** Gives rows what the log has of this study before it is tried again. */
  putRight: (claims: readonly string[]) => Promise<void>;
}>;

/** Revocations of one round. */
const ROUND_MAX = 50;

type Asked = Readonly<{
  id: string;
  hospital: string;
  claim: string;
  rejection: string;
  actor: string;
}>;

/** Does what was asked for and isn't done yet; answers with how many were ended. */
export async function revokeAsked(ports: RevokePorts): Promise<number> {
  const { rows } = await ports.pool.query<Asked>(
    `select id, hospital, claim, rejection, actor from rejection_revocations where done_at is null order by asked_at, id limit $1`,
    [ROUND_MAX],
  );
  let ended = 0;
  for (const asked of rows) if (await revokeOne(ports, asked)) ended++;
  return ended;
}

/** False: someone else appended to the study meanwhile, or ends it at this moment; the next round tries again. */
async function revokeOne(ports: RevokePorts, asked: Asked): Promise<boolean> {
  const client = await ports.pool.connect();
  try {
    const isEnded = await revokeWithin(client, ports.within(client), asked);
    client.release();
    if (!isEnded) await ports.putRight([asked.claim]);
    return isEnded;
  } catch (error) {
    client.release(true);
    if (!(error instanceof AppendConflict)) throw error;
    await ports.putRight([asked.claim]);
    return false;
  }
}

async function revokeWithin(client: PoolClient, stores: Within, asked: Asked): Promise<boolean> {
  await client.query('begin');
  const versions = await lockForAppend(client, [asked.claim]);
  await stores.prepare(undefined);
  const stream = studyStream(asked.claim);
  const heads = await stores.versions([stream]);
  const rows = await stores.readFindable(versions[0] ?? 0, [{ claim: asked.claim, series: '' }]);
  const holds = (rows.rejected ?? []).some(({ rejections }) =>
    rejections.some(({ rejection }) => rejection === asked.rejection),
  );
  const expected = stores.headsOf(heads, rows).get(stream) ?? 0;
  const append = { appends: holds ? [appendOf(asked, expected)] : [], claims: [asked.claim] };
  const slice = { ...append, small: undefined, repeat: true };
  if ((await stores.appendBefore(slice)) === 'conflict') {
    await client.query('rollback');
    return false;
  }
  const facts = holds ? (visibilityOf(eventOf(asked), expected + 1) ?? []) : [];
  for (const version of versions) await stores.applyVisibility(version, [facts].flat());
  await stores.writeStates(versions[0] ?? 0, [asked.claim]);
  await client.query(
    'update rejection_revocations set done_at = now(), outcome = $2 where id = $1',
    [asked.id, holds ? 'revoked' : 'not-rejected'],
  );
  await flight(client, () => stores.appendAlong(slice));
  await client.query('commit');
  return true;
}

const eventOf = ({ hospital, claim, rejection, actor }: Asked): RejectionRevoked => ({
  type: 'RejectionRevoked',
  data: { hospital, claim, rejection, actor },
});

/** Its id is that of what was asked, so that it becomes one fact however often it is tried. */
const appendOf = (asked: Asked, expected: number) =>
  toAppend(
    {
      stream: studyStream(asked.claim),
      expected,
      events: [{ id: asked.id, event: eventOf(asked) }],
      metadata: { actor: asked.actor, correlationId: asked.id, causationId: asked.id },
    },
    undefined,
    { upcasters: archiveUpcasters, random: randomBytes },
  );
