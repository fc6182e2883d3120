import type { ObjectStore } from '#storage/object-store';

export const OBJECTS_ANSWER = Symbol('ObjectsAnswer');

/** Whether the object store answers. */
export type ObjectsAnswer = () => Promise<boolean>;

/** Who asks is told soon: a store that takes longer counts as away. */
const WAIT_MS_MAX = 2_000;
/** What was found is trusted this long: probes of many cost one look-up. */
const TRUST_MS = 1_000;
/** Names no object: a store that answers says that there is none. */
const PROBE_KEY = 'probe';

/** Asks the store, once for all who ask together. */
export function objectsAnswer(
  objects: Pick<ObjectStore, 'size'>,
  nowMs: () => number,
): ObjectsAnswer {
  let asking: Promise<boolean> | undefined;
  let found: { answers: boolean; atMs: number } | undefined;
  const ask = async () => {
    const answers = await objects.size(PROBE_KEY).then(
      () => true,
      () => false,
    );
    found = { answers, atMs: nowMs() };
    asking = undefined;
    return answers;
  };
  return () => {
    if (found !== undefined && nowMs() - found.atMs < TRUST_MS)
      return Promise.resolve(found.answers);
    asking ??= ask();
    return within(asking);
  };
}

function within(asking: Promise<boolean>): Promise<boolean> {
  const waited = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => waited.resolve(false), WAIT_MS_MAX);
  return Promise.race([asking, waited.promise]).finally(() => clearTimeout(timer));
}
