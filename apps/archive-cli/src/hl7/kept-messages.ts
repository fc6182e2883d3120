import type { Pool } from 'pg';
import type { KeyRing } from '#events/key-ring';
import { messageKey, openMessage } from '#index/kept-message';

/** A kept message by what may be told of it: no patient, no content. */
export type ListedMessage = Readonly<{
  id: string;
  hospital: string;
  sender: string;
  type: string;
  state: State;
  reason: string;
  attempts: number;
  receivedAt: Date;
}>;

export const STATES = ['received', 'applied', 'dead', 'discarded'] as const;
export type State = (typeof STATES)[number];

const PAGE = 500;

/** Messages of a state, the oldest first; of one hospital when it is named. */
export async function* listMessages(
  pool: Pool,
  state: State,
  hospital: string | undefined,
): AsyncGenerator<ListedMessage> {
  for (let after = '0'; ; ) {
    const { rows } = await pool.query(
      `select position, id, hospital, sender, type, state, reason, attempts, received_at as "receivedAt" from hl7_messages
       where state = $1 and ($2::text is null or hospital = $2) and position > $3 order by position limit ${PAGE}`,
      [state, hospital ?? null, after],
    );
    yield* rows;
    if (rows.length < PAGE) return;
    after = rows.at(-1).position;
  }
}

/** What the message says: personal. Undefined when nothing of it is kept, or its key is destroyed. */
export async function readMessage(
  pool: Pool,
  keys: KeyRing,
  id: string,
): Promise<Buffer | undefined> {
  const { rows } = await pool.query('select hospital, body from hl7_messages where id = $1', [id]);
  const [row] = rows;
  if (row === undefined || row.body === null) return undefined;
  const keyId = messageKey(row.hospital);
  const key = (await keys.find([keyId])).get(keyId);
  if (key === undefined || key === 'destroyed') return undefined;
  return openMessage(key, { id, sealed: row.body });
}

/** A dead message is applied anew, in its old place: before what waits of the same patients. False when it isn't dead. */
export async function replayMessage(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update hl7_messages set state = 'received', reason = '', attempts = 0, due_at = now(), settled_at = null
     where id = $1 and state = 'dead'`,
    [id],
  );
  return rowCount === 1;
}

/** A dead message is let go: nothing of it is kept but that it was. False when it isn't dead. */
export async function discardMessage(pool: Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `update hl7_messages set state = 'discarded', body = null, settled_at = now()
     where id = $1 and state = 'dead'`,
    [id],
  );
  return rowCount === 1;
}
