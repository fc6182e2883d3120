import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { intakeStream, type QuarantineResolved } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import { toAppend } from '#events/sealed-events';
import { uuid5 } from '#events/uuid5';
import { OperatorFault } from '#platform/operator-fault';
import type { OpenArchive } from '../archive-cli.module.js';
import type { Quarantined } from './quarantined.js';

/** Readers may be at the bytes; the retention worker lets the pack go after this, if nothing else names it. */
const RETIRE_SECONDS = 60;

type Outcome = QuarantineResolved['data']['outcome'];

/** Records what a person decided; the fact, the list and the pack's release in one transaction. */
export async function resolveQuarantined(
  archive: OpenArchive,
  part: Quarantined,
  outcome: Outcome,
): Promise<void> {
  const client = await archive.pool.connect();
  try {
    await client.query('begin');
    const { rowCount } = await client.query(
      'update quarantine set resolved_at = now(), outcome = $2 where id = $1 and resolved_at is null',
      [part.id, outcome],
    );
    if (rowCount !== 1) throw new OperatorFault('somebody else has just decided on this part');
    await appendResolved(archive, client, { part, outcome });
    await client.query(
      `insert into retire_queue (pack, due_at) values ($1, now() + make_interval(secs => $2))
       on conflict (pack) do update set due_at = excluded.due_at`,
      [part.pack, RETIRE_SECONDS],
    );
    await client.query('commit');
    client.release();
  } catch (error) {
    client.release(true);
    throw error;
  }
}

const appendResolved = async (
  { eventsOf, versionsOf }: OpenArchive,
  client: PoolClient,
  { part, outcome }: Readonly<{ part: Quarantined; outcome: Outcome }>,
) => {
  const stream = intakeStream(part.id);
  const expected = (await versionsOf(client, [stream])).get(stream) ?? 0;
  const event: QuarantineResolved = {
    type: 'QuarantineResolved',
    data: { hospital: part.hospital, quarantine: part.id, outcome },
  };
  const id = uuid5(part.id, 'resolved');
  const metadata = { actor: 'operator', correlationId: part.id, causationId: part.id };
  const append = toAppend({ stream, expected, events: [{ id, event }], metadata }, undefined, {
    upcasters: archiveUpcasters,
    random: randomBytes,
  });
  const appended = await eventsOf(client).append([append]);
  if (!appended.ok) throw new OperatorFault('somebody else has just decided on this part');
};
