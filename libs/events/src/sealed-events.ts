import { NONCE_BYTES } from './content-seal.js';
import type { Event, Metadata, Recorded, StoredEvent } from './event.js';
import type { Append } from './event-store.js';
import type { KeyRing, KeyState, Random } from './key-ring.js';
import { openSealed, type SealPlace, sealPersonal } from './seal.js';
import { currentSchema, type Upcasters, upcast } from './upcasters.js';

/** What an event becomes in its place; `key` may be left out when it has no personal part. */
export type Sealing = Readonly<{
  id: string;
  schema: number;
  stream: string;
  version: number;
  key: KeyState | undefined;
  random: Random;
}>;

/** An event read back, with what the store knows of it. `personal` is left out when its key is destroyed. */
export type Opened<E extends Event = Event> = Readonly<{ event: E; recorded: Recorded }>;

/** New events of one stream; each id is the caller's to derive (`uuid5`), so that a repeat is known. */
export type Draft<E extends Event = Event> = Readonly<{
  stream: string;
  expected: number;
  events: readonly Readonly<{ id: string; event: E }>[];
  metadata: Metadata;
}>;

/** Seals the personal part. Throws when there is one and no live key for it. */
export function toStored(event: Event, sealing: Sealing): StoredEvent {
  const { id, schema, key, random } = sealing;
  const stored = { id, type: event.type, schema, data: event.data };
  if (event.personal === undefined) return stored;
  if (key === undefined || key === 'destroyed')
    throw new Error(`${sealing.stream}: no key to seal ${event.type} with`);
  const sealed = sealPersonal(key, place(sealing, event), event.personal, random(NONCE_BYTES));
  return { ...stored, sealed };
}

/**
 * The event in today's schema; without `personal` when the key is destroyed. Throws when the key is undefined (it was
 * lost, not destroyed: nothing may be projected as if it had been) and when the seal doesn't open.
 */
export function fromRecorded<E extends Event>(
  recorded: Recorded,
  key: KeyState | undefined,
  upcasters: Upcasters,
): E {
  const sealed = openPersonal(recorded, key);
  const { data, personal } = upcast(upcasters, recorded, { data: recorded.data, personal: sealed });
  const event = personal === undefined ? { data } : { data, personal };
  return { type: recorded.type, ...event } as E;
}

function openPersonal(recorded: Recorded, key: KeyState | undefined): unknown {
  const { sealed, stream, version } = recorded;
  if (sealed === undefined || key === 'destroyed') return undefined;
  if (key === undefined) throw new Error(`${stream} version ${version}: its key is missing`);
  return openSealed(key, place(recorded, recorded), sealed);
}

const place = (
  { stream, version }: Omit<SealPlace, 'type'>,
  { type }: Pick<SealPlace, 'type'>,
): SealPlace => ({ stream, version, type });

/** Seals a draft for the store in today's schemas; pure but for `random`. */
export const toAppend = (
  { stream, expected, events, metadata }: Draft,
  key: KeyState | undefined,
  { upcasters, random }: Readonly<{ upcasters: Upcasters; random: Random }>,
): Append => ({
  stream,
  expected,
  metadata,
  events: events.map(({ id, event }, index) => {
    const schema = currentSchema(upcasters, event.type);
    return toStored(event, { id, schema, stream, version: expected + index + 1, key, random });
  }),
});

/** Opens a page of the log with one look at the key ring. */
export async function openRecorded<E extends Event>(
  keys: Pick<KeyRing, 'find'>,
  page: readonly Recorded[],
  upcasters: Upcasters,
): Promise<readonly Opened<E>[]> {
  const ids = new Set(page.flatMap(({ sealed }) => sealed?.keyId ?? []));
  const found = ids.size > 0 ? await keys.find([...ids]) : new Map<string, KeyState>();
  return page.map((recorded) => ({
    recorded,
    event: fromRecorded<E>(recorded, found.get(recorded.sealed?.keyId ?? ''), upcasters),
  }));
}
