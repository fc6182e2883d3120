import { type EventData, jsonEvent, type RecordedEvent } from '@kurrent/kurrentdb-client';
import { type Row, rowBytes } from '../append/rows.js';
import type { Checkpoint, Metadata, Recorded, Sealed } from '../event.js';

/** An event as the server has it; `bytes` is its length as EVENT_BYTES_MAX counts it. */
export type KurrentEvent = Readonly<{ recorded: Recorded; bytes: number }>;
/** Where a log is read on: the place of an event of ours in the server's log. */
export type Position = Readonly<{ commit: bigint; prepare: bigint }>;

/** A row as a record of the server: its data stays JSON, all else are properties. `recordedAt` is the time that another log has told. */
export const toRecord = (row: Row, recordedAt?: string): EventData =>
  jsonEvent({
    id: row.id,
    type: row.type,
    data: JSON.parse(row.data),
    metadata: {
      schema: String(row.schema),
      bytes: String(rowBytes(row)),
      metadata: row.metadata,
      ...(recordedAt === undefined ? {} : { recordedAt }),
      ...(row.key === null || row.nonce === null || row.sealed === null
        ? {}
        : { keyId: row.key, nonce: row.nonce, ciphertext: row.sealed }),
    },
  });

/** The fact that the server has recorded in `stream`. Throws a fault for an event that no archive has written. */
export function fromRecord(event: RecordedEvent, stream: string): KurrentEvent {
  const properties = propertiesOf(event, stream);
  const sealed = sealedOf(properties);
  const recorded: Recorded = {
    id: event.id,
    type: event.type,
    schema: Number(properties['schema']),
    data: event.data,
    ...(sealed === undefined ? {} : { sealed }),
    stream,
    version: Number(event.revision) + 1,
    checkpoint: toCheckpoint(positionOf(event)),
    recordedAt: properties['recordedAt'] ?? event.created.toISOString(),
    metadata: JSON.parse(properties['metadata'] ?? '') as Metadata,
  };
  return { recorded, bytes: Number(properties['bytes']) };
}

type Properties = Readonly<Record<string, string>>;

function propertiesOf(event: RecordedEvent, stream: string): Properties {
  const properties = event.metadata as Properties | undefined;
  const ours = ['schema', 'bytes', 'metadata'].every(
    (name) => typeof properties?.[name] === 'string',
  );
  if (!(event.isJson && properties && ours))
    throw new Error(`${stream}: event ${event.revision} was not written by an archive`);
  return properties;
}

function sealedOf({ keyId, nonce, ciphertext }: Properties): Sealed | undefined {
  if (keyId === undefined || nonce === undefined || ciphertext === undefined) return undefined;
  return { keyId, nonce, ciphertext };
}

function positionOf({ position }: RecordedEvent): Position {
  if (position === undefined) throw new Error('KurrentDB told no position: it is too old');
  return position;
}

const toCheckpoint = ({ commit, prepare }: Position) => `C:${commit}/P:${prepare}` as Checkpoint;

/** Throws when another kind of event store has written the checkpoint. */
export function toPosition(checkpoint: Checkpoint): Position {
  const [, commit, prepare] = /^C:(\d{1,19})\/P:(\d{1,19})$/.exec(checkpoint) ?? [];
  if (commit === undefined || prepare === undefined)
    throw new Error('this checkpoint was not written by KurrentDB');
  return { commit: BigInt(commit), prepare: BigInt(prepare) };
}
