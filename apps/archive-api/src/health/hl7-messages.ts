import type { Pool } from 'pg';
import { Gauge, type Registry } from 'prom-client';

/** Kept messages of HL7 v2 by state, and for how long the oldest has waited to be applied. */
export type MessageCounts = Readonly<{ received: number; dead: number; oldestSeconds: number }>;

/** Counts messages that wait or are dead. */
export async function countMessages(pool: Pool): Promise<MessageCounts> {
  const { rows } = await pool.query({
    name: 'hl7-counts',
    text: `select (count(*) filter (where state = 'received'))::int as received,
        (count(*) filter (where state = 'dead'))::int as dead,
        coalesce(extract(epoch from now() - min(received_at) filter (where state = 'received')), 0)::float8 as "oldestSeconds"
      from hl7_messages where state in ('received', 'dead')`,
  });
  return rows[0];
}

/** Numbers of messages, and of nobody in particular. */
export function measureMessages(registry: Registry, count: () => Promise<MessageCounts>): void {
  const messages: Gauge = new Gauge({
    name: 'arkim_hl7_messages',
    help: 'Accepted messages of HL7 v2 that wait to be applied (received) or lie aside (dead)',
    labelNames: ['state'],
    registers: [registry],
    collect: async () => {
      const { received, dead, oldestSeconds } = await count();
      messages.set({ state: 'received' }, received);
      messages.set({ state: 'dead' }, dead);
      oldest.set(oldestSeconds);
    },
  });
  const oldest = new Gauge({
    name: 'arkim_hl7_oldest_wait_seconds',
    help: 'How long the oldest accepted message of HL7 v2 has waited to be applied',
    registers: [registry],
  });
}
