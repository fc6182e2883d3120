import type { Append, Appended } from '../event-store.js';
import { type Row, toRows } from './rows.js';

/** The version that a stream must be at. */
export type Head = Readonly<{ stream: string; version: number }>;
/** Where an event id is recorded. */
export type Place = Readonly<{ id: string; stream: string; version: number }>;

/** What an adapter must be able to do; the rule of repeats and conflicts is the same for all (`appendAll`). */
export type Recorder = Readonly<{
  /** All rows or none: false when a stream isn't at its head, or a (stream, version) or an id is taken. */
  write(rows: readonly Row[], heads: readonly Head[]): Promise<boolean>;
  places(ids: readonly string[]): Promise<readonly Place[]>;
  /** Version 0 of a stream that doesn't exist may be left out. */
  heads(streams: readonly string[]): Promise<readonly Head[]>;
}>;

/** Writes the appends; on a clash looks whether some of them are repeats, and then writes the others, once. */
export async function appendAll(recorder: Recorder, appends: readonly Append[]): Promise<Appended> {
  const rows = toRows(appends);
  if (await write(recorder, appends, rows)) return ok(appends, new Map());
  const places = await recorder.places(rows.map(({ id }) => id));
  const known = new Map(places.map((place) => [place.id, place]));
  const fresh = appends.filter((append) => repeatOf(append, known) === undefined);
  const again = fresh.length < appends.length;
  if (again && (fresh.length === 0 || (await write(recorder, fresh, toRows(fresh)))))
    return ok(appends, known);
  return { ok: false, conflict: await describe(recorder, fresh) };
}

async function write(
  recorder: Recorder,
  appends: readonly Append[],
  rows: readonly Row[],
): Promise<boolean> {
  const heads = expectedHeads(appends);
  return heads !== undefined && recorder.write(rows, heads);
}

/** The version that each stream must be at before the first of its appends; undefined when later ones don't follow on. */
export function expectedHeads(appends: readonly Append[]): readonly Head[] | undefined {
  const heads = new Map<string, number>();
  const next = new Map<string, number>();
  for (const { stream, expected, events } of appends) {
    if ((next.get(stream) ?? expected) !== expected) return undefined;
    if (!heads.has(stream)) heads.set(stream, expected);
    next.set(stream, expected + events.length);
  }
  return [...heads].map(([stream, version]) => ({ stream, version }));
}

/** The version that the append reached the first time; undefined when one of its events isn't recorded in its stream. */
function repeatOf({ stream, events }: Append, known: ReadonlyMap<string, Place>) {
  const places = events.map(({ id }) => known.get(id));
  const all = places.every((place) => place?.stream === stream);
  return all ? places.at(-1)?.version : undefined;
}

const ok = (appends: readonly Append[], known: ReadonlyMap<string, Place>): Appended => ({
  ok: true,
  versions: appends.map(
    (append) => repeatOf(append, known) ?? append.expected + append.events.length,
  ),
});

const UNCLEAR =
  'an event id is recorded already, the appends do not follow on each other, or the transaction is older than the last event: begin again';

async function describe(recorder: Recorder, appends: readonly Append[]): Promise<string> {
  const heads = await recorder.heads(appends.map(({ stream }) => stream));
  const at = new Map(heads.map(({ stream, version }) => [stream, version]));
  const behind = appends.find(({ stream, expected }) => (at.get(stream) ?? 0) !== expected);
  if (!behind) return UNCLEAR;
  return `${behind.stream} is at ${at.get(behind.stream) ?? 0}, expected ${behind.expected}`;
}
