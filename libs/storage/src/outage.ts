import { ObjectStoreUnavailable } from './object-store.js';

const CAUSES_MAX = 5;

/** Whether work failed because the object store was away, be it said by a cause: then it is nobody's fault, and the same work makes sense later. */
export function isOutage(error: unknown): boolean {
  let current = error;
  for (let depth = 0; depth < CAUSES_MAX && current instanceof Error; depth++) {
    if (current instanceof ObjectStoreUnavailable) return true;
    current = current.cause;
  }
  return false;
}
