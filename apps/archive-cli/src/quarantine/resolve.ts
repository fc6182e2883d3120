import { randomBytes } from 'node:crypto';
import type { PoolClient } from 'pg';
import { intakeStream, type QuarantineResolved } from '#archive/catalogue';
import { archiveUpcasters } from '#archive/upcasters';
import type { Log } from '#events/log';
import { toAppend } from '#events/sealed-events';
import { uuid5 } from '#events/uuid5';
import { OperatorFault } from '#platform/operator-fault';
import type { OpenArchive } from '../archive-cli.module.js';
import type { Quarantined } from './quarantined.js';

/** Readers may be at the bytes; the retention worker lets the pack go after this, if nothing else names it. */
const RETIRE_SECONDS = 60;

type Outcome = QuarantineResolved['data']['outcome'];

/**
 * Records what a person decided: the fact, the list and the pack's release in one transaction. The list says what the fact says: a decision whose
 * fact was recorded, and whose transaction then failed, stands.
 */
export async function resolveQuarantined(
  archive: Pick<OpenArchive, 'pool' | 'begin' | 'logWithin'>,
  part: Quarantined,
  outcome: Outcome,
): Promise<void> {
  const client = await archive.pool.connect();
  let decided: Outcome;
  try {
    await archive.begin(client);
    decided = await decideAndList(archive.logWithin(client), client, { part, outcome });
    await client.query('commit');
  } catch (error) {
    client.release(true);
    throw error;
  }
  client.release();
  if (decided !== outcome) throw new OperatorFault(`this was ${decided} before`);
}

type Decision = Readonly<{ part: Quarantined; outcome: Outcome }>;

/** The outcome that the list has from now on. */
const decideAndList = async (
  log: Log,
  client: PoolClient,
  { part, outcome }: Decision,
): Promise<Outcome> => {
  const { rowCount } = await client.query(
    'select 1 from quarantine where id = $1 and resolved_at is null for update',
    [part.id],
  );
  if (rowCount !== 1) throw decidedBefore();
  const decided = await decide(log, part, outcome);
  await client.query('update quarantine set resolved_at = $2, outcome = $3 where id = $1', [
    part.id,
    decided.recordedAt,
    decided.outcome,
  ]);
  await client.query(
    `insert into retire_queue (pack, due_at) values ($1, now() + make_interval(secs => $2))
     on conflict (pack) do update set due_at = excluded.due_at`,
    [part.pack, RETIRE_SECONDS],
  );
  return decided.outcome;
};

const decidedBefore = () => new OperatorFault('somebody else has just decided on this part');

type Decided = Readonly<{ outcome: Outcome; recordedAt: string }>;

/** What the log says was decided: this, unless something was before. */
const decide = async (log: Log, part: Quarantined, outcome: Outcome): Promise<Decided> => {
  const stream = intakeStream(part.id);
  const before = await decisionIn(log, stream);
  if (before !== undefined) return before;
  const event: QuarantineResolved = {
    type: 'QuarantineResolved',
    data: { hospital: part.hospital, quarantine: part.id, outcome },
  };
  const id = uuid5(part.id, 'resolved');
  const metadata = { actor: 'operator', correlationId: part.id, causationId: part.id };
  const draft = { stream, expected: 0, events: [{ id, event }], metadata };
  const sealing = { upcasters: archiveUpcasters, random: randomBytes };
  const { ok } = await log.append([toAppend(draft, undefined, sealing)]);
  const decided = ok ? await decisionIn(log, stream) : undefined;
  if (decided === undefined) throw decidedBefore();
  return decided;
};

const decisionIn = async (log: Log, stream: string): Promise<Decided | undefined> => {
  for await (const { data, recordedAt } of log.read(stream))
    return { outcome: (data as QuarantineResolved['data']).outcome, recordedAt };
  return undefined;
};
