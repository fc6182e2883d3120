/** Levels of a resource that is given back: FHIR needs few, and writing out what is nested without end would break. */
const LEVELS_MAX = 32;

/** Whether a value of JSON is nested no deeper than `LEVELS_MAX`. */
export function isShallow(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; depth < LEVELS_MAX; depth++) {
    level = level.flatMap((one) =>
      typeof one === 'object' && one !== null ? Object.values(one) : [],
    );
    if (level.length === 0) return true;
  }
  return false;
}
