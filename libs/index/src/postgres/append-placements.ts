import type { PoolClient } from 'pg';
import { holdStream, type PlacementEvent, placementStream } from '#archive/hold-events';
import type { Append } from '#events/event-store';
import type { Log } from '#events/log';
import { uuid5 } from '#events/uuid5';
import { projectHold } from './replay-holds.js';

type Placed = PlacementEvent['data'];

/** Tells it of each study on its stream; the same again, after a death, is told once. The claims in their order. */
export async function appendPlacements(
  log: Log,
  client: PoolClient,
  type: PlacementEvent['type'],
  placed: readonly Placed[],
): Promise<void> {
  if (placed.length === 0) return;
  const streams = placed.map(({ claim }) => placementStream(claim));
  await client.query(
    `select pg_advisory_xact_lock(hashtextextended(stream, 16)) from unnest($1::text[]) as stream`,
    [streams],
  );
  const versions = await log.versions(streams);
  await append(
    log,
    placed.map(({ claim, hospital, hold }) => {
      const stream = placementStream(claim);
      return toAppend(stream, versions.get(stream) ?? 0, {
        hold,
        id: uuid5(hold, `${type}/${claim}`),
        type,
        data: { hospital, claim, hold },
      });
    }),
  );
}

/** Tells of a case that it is placed on every study, or taken off every one, and notes it in its row. */
export async function appendCaseDone(
  log: Log,
  client: PoolClient,
  { hold, isOver }: Readonly<{ hold: string; isOver: boolean }>,
): Promise<void> {
  const stream = holdStream(hold);
  const version = (await log.versions([stream])).get(stream) ?? 0;
  if (version === 0) return;
  const done = isOver
    ? ({ type: 'HoldEnded', data: { hold } } as const)
    : ({
        type: 'HoldConfirmed',
        data: { hold, studies: await countPlaced(client, hold) },
      } as const);
  const id = uuid5(hold, done.type);
  await append(log, [toAppend(stream, version, { hold, id, ...done })]);
  for await (const recorded of log.read(stream))
    if (recorded.id === id) await projectHold(client, [{ event: done, recorded }]);
}

async function countPlaced(client: PoolClient, hold: string): Promise<number> {
  const { rows } = await client.query(
    'select count(*)::int as studies from study_holds where hold = $1',
    [hold],
  );
  return rows[0]?.studies ?? 0;
}

type Told = Readonly<{ hold: string; id: string; type: string; data: unknown }>;

const toAppend = (stream: string, expected: number, told: Told): Append => ({
  stream,
  expected,
  events: [{ id: told.id, type: told.type, schema: 1, data: told.data }],
  metadata: { actor: 'retention-worker', correlationId: told.hold, causationId: told.hold },
});

async function append(log: Log, appends: readonly Append[]): Promise<void> {
  const { ok } = await log.append(appends);
  if (!ok) throw new Error('a stream got a new fact while a hold was being placed');
}
