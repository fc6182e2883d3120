import type { Pool } from 'pg';
import { type WebhookCommand, webhook } from '#archive/webhook/decide-webhook';
import { webhookStream } from '#archive/webhook-events';
import type { DeadLetter, StandingWebhook, WebhookDesk, WebhookOrder } from '../webhook-desk.js';
import { commitFacts, type FactPorts } from './commit-facts.js';
import { projectWebhook } from './replay-webhooks.js';

/** Webhooks over the log and their rows. A subscription is named by the order that made it. */
export const webhookDesk = (ports: FactPorts, secretOf: WebhookDesk['secretOf']): WebhookDesk => ({
  subscribe: async (order, wanted) => {
    const subscribed = await countOf(ports.pool, wanted.organisation);
    const command = { kind: 'subscribe', subscription: order.id, subscribed, ...wanted } as const;
    return commit(ports, order, order.id, command);
  },
  cancel: (order, { organisation, id }) =>
    commit(ports, order, id, { kind: 'cancel', organisation }),
  list: (organisation) => listWebhooks(ports.pool, organisation),
  deadLetters: async (organisation, asked) => {
    if (!(await isOf(ports.pool, organisation, asked.id))) return undefined;
    return listDeadLetters(ports.pool, asked);
  },
  restart: (organisation, asked) => restart(ports.pool, organisation, asked),
  secretOf,
});

async function commit(
  ports: FactPorts,
  { id, actor }: WebhookOrder,
  subscription: string,
  command: WebhookCommand,
) {
  const metadata = { actor, correlationId: id, causationId: id };
  const order = { stream: webhookStream(subscription), id, command, metadata };
  const decision = await commitFacts(ports, webhook, order, projectWebhook);
  return decision.ok ? ({ ok: true } as const) : decision;
}

const countOf = async (pool: Pool, organisation: string): Promise<number> => {
  const { rows } = await pool.query(
    'select count(*)::int as count from webhooks where organisation = $1',
    [organisation],
  );
  return rows[0]?.count ?? 0;
};

const isOf = async (pool: Pool, organisation: string, id: string): Promise<boolean> => {
  const { rowCount } = await pool.query(
    'select from webhooks where id = $1 and organisation = $2',
    [id, organisation],
  );
  return rowCount === 1;
};

async function listWebhooks(pool: Pool, organisation: string): Promise<readonly StandingWebhook[]> {
  const { rows } = await pool.query(
    `select w.id, w.address, w.subscribed_at, coalesce(p.sequence, w.after) as through, coalesce(p.attempts, 0) as attempts,
       coalesce(p.halted, false) as halted, coalesce(p.last_outcome, '') as last_outcome, p.tried_at,
       (select count(*)::int from webhook_dead_letters d where d.webhook = w.id) as dead_letters
     from webhooks w left join webhook_progress p on p.id = w.id
     where w.organisation = $1 order by w.subscribed_at, w.id`,
    [organisation],
  );
  return rows.map((row) => ({
    id: row.id,
    address: row.address,
    subscribedAt: row.subscribed_at.toISOString(),
    state: stateOf(row),
    through: Number(row.through),
    attempts: row.attempts,
    lastOutcome: row.last_outcome,
    triedAt: row.tried_at?.toISOString() ?? null,
    deadLetters: row.dead_letters,
  }));
}

const stateOf = ({
  halted,
  attempts,
}: Readonly<{ halted: boolean; attempts: number }>): StandingWebhook['state'] => {
  if (halted) return 'halted';
  return attempts > 0 ? 'retrying' : 'delivering';
};

async function listDeadLetters(
  pool: Pool,
  { id, after, limit }: Readonly<{ id: string; after?: string | undefined; limit: number }>,
): Promise<readonly DeadLetter[]> {
  const { rows } = await pool.query(
    `select d.* from webhook_dead_letters d where webhook = $1
       and ($2::text is null or (d.given_up_at, d.id) > (select a.given_up_at, a.id from webhook_dead_letters a where a.id = $2))
     order by d.given_up_at, d.id limit $3`,
    [id, after ?? null, limit],
  );
  return rows.map((row) => ({
    id: row.id,
    after: Number(row.after),
    through: Number(row.through),
    attempts: row.attempts,
    lastOutcome: row.last_outcome,
    givenUpAt: row.given_up_at.toISOString(),
  }));
}

async function restart(
  pool: Pool,
  organisation: string,
  { id, after }: Readonly<{ id: string; after: number }>,
): Promise<boolean> {
  if (!(await isOf(pool, organisation, id))) return false;
  await pool.query(
    `insert into webhook_progress (id, sequence, round) values ($1, $2, 1)
     on conflict (id) do update set sequence = excluded.sequence, through = null, round = webhook_progress.round + 1, attempts = 0,
       failures_in_a_row = 0, due_at = now(), halted = false`,
    [id, after],
  );
  return true;
}
