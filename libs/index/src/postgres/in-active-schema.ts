import { activeVersion, type Queryable } from './active-version.js';
import { findableSchema, isUndefinedTable } from './findable-schema.js';

/** Reads the active version; when that has just been dropped, the one that took its place. */
export function inActiveSchema(db: Queryable, nowMs: () => number) {
  const active = activeVersion(db, nowMs);
  return async <T>(read: (schema: string) => Promise<T>): Promise<T> => {
    try {
      return await read(findableSchema(await active.current()));
    } catch (error) {
      if (!isUndefinedTable(error)) throw error;
      return read(findableSchema(await active.refreshed()));
    }
  };
}
