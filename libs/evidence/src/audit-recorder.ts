import type { AccessRecord, RecordAccess } from '#archive/access/access-facts';
import { uuid5 } from '#events/uuid5';
import { type AuditEntry, auditEntry } from './audit-entry.js';
import { auditWindows, WINDOW_MS, windowKey } from './audit-windows.js';
import { type GroupLimits, groupCommit } from './group-commit.js';

/** Names the ids of windows. */
const WINDOW_IDS = 'c4a4f5b1-6f0e-5f3a-9d26-0f7d3f6f2a10';

/** Records in one statement, and records that may wait for theirs. */
const GROUP: GroupLimits = { batchMax: 64, waitingMax: 4_096 };

export type RecorderPorts = Readonly<{
  /** Resolves when all of them are durable; one whose id is there already is left as it is. */
  write: (entries: readonly AuditEntry[]) => Promise<void>;
  wallMs: () => number;
  newId: () => string;
}>;

const STANDS = Promise.resolve();

/**
 * Writes access decisions down: a search that was permitted is a record of its own, all else one record for each window of five minutes, whose
 * id every edge derives alike. What is known to stand costs a look into a map. Rejects when the record isn't durable, or with TooMuchWaits.
 */
export function auditRecorder({ write, wallMs, newId }: RecorderPorts): RecordAccess {
  const add = groupCommit(write, GROUP);
  const windows = auditWindows();
  const open = (record: AccessRecord, key: string, startMs: number): Promise<void> => {
    const windowStart = new Date(startMs).toISOString();
    const repeats = windows.takeRepeats(key);
    const id = uuid5(WINDOW_IDS, `${windowStart}\0${key}`);
    const written = add(auditEntry(id, record, { windowStart, repeats }));
    windows.set(startMs, key, written);
    return written.then(
      () => windows.set(startMs, key, null),
      (error: unknown) => {
        windows.drop(key);
        throw error;
      },
    );
  };
  return (record) => {
    if (isOfItsOwn(record))
      return add(auditEntry(newId(), record, { windowStart: null, repeats: 0 }));
    const nowMs = wallMs();
    const startMs = nowMs - (nowMs % WINDOW_MS);
    const key = windowKey(record);
    const known = windows.find(startMs, key);
    if (known === undefined) return open(record, key, startMs);
    if (record.outcome === 'deny') windows.repeat(key);
    return known ?? STANDS;
  };
}

const isOfItsOwn = ({ action, outcome }: AccessRecord): boolean =>
  action === 'search' && outcome === 'permit';
