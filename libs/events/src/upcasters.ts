import type { Recorded } from './event.js';

/** An event's parts; `personal` is undefined when there was none, or when its key is destroyed. */
export type Parts = Readonly<{ data: unknown; personal: unknown }>;
/** Rewrites the parts of one schema into those of the next; pure, total, and good for a destroyed personal part. */
export type Upcast = (old: Parts) => Parts;
/** Per event type: the first step leads from schema 1 to 2. A type that isn't named is at schema 1. */
export type Upcasters = Readonly<Record<string, readonly Upcast[]>>;

/** The schema that new events of the type are written in. */
export const currentSchema = (upcasters: Upcasters, type: string): number =>
  steps(upcasters, type).length + 1;

/** The parts in today's schema. Throws when the event was written by newer software than this. */
export function upcast(
  upcasters: Upcasters,
  { type, schema }: Pick<Recorded, 'type' | 'schema'>,
  parts: Parts,
): Parts {
  const current = currentSchema(upcasters, type);
  if (schema > current) throw new Error(`${type} has schema ${schema}, known up to ${current}`);
  return steps(upcasters, type)
    .slice(schema - 1)
    .reduce((old, step) => step(old), parts);
}

const steps = (upcasters: Upcasters, type: string): readonly Upcast[] =>
  Object.hasOwn(upcasters, type) ? (upcasters[type] ?? []) : [];
