import type { AccessRecord } from '#archive/access/access-facts';

/** One record stands for all that is like it within so long; windows begin at multiples of it, so that every edge has the same ones. */
export const WINDOW_MS = 300_000;
/** Windows that an edge remembers, and refusals that it counts. One that is forgotten is written again, and found to be there. */
const REMEMBERED_MAX = 100_000;

/** What is being written, or (`null`) stands already. */
type Known = Promise<void> | null;

/** The windows of this edge at one moment: what is known to stand, and how often what was refused came again. */
export type AuditWindows = Readonly<{
  /** Undefined: nobody has written this yet in the window that begins then. */
  find: (startMs: number, key: string) => Known | undefined;
  set: (startMs: number, key: string, known: Known) => void;
  /** It is not there after all. */
  drop: (key: string) => void;
  repeat: (key: string) => void;
  /** How often since the last time that this was asked. */
  takeRepeats: (key: string) => number;
}>;

export function auditWindows(rememberedMax = REMEMBERED_MAX): AuditWindows {
  const known = new Map<string, Known>();
  const repeats = new Map<string, number>();
  let currentMs = 0;
  const at = (startMs: number) => {
    if (startMs !== currentMs) known.clear();
    currentMs = startMs;
  };
  return {
    find: (startMs, key) => {
      at(startMs);
      return known.get(key);
    },
    set: (startMs, key, state) => {
      if (startMs !== currentMs) return;
      makeRoom(known, key, rememberedMax);
      known.set(key, state);
    },
    drop: (key) => known.delete(key),
    repeat: (key) => {
      makeRoom(repeats, key, rememberedMax);
      repeats.set(key, (repeats.get(key) ?? 0) + 1);
    },
    takeRepeats: (key) => {
      const count = repeats.get(key) ?? 0;
      repeats.delete(key);
      return count;
    },
  };
}

function makeRoom(map: Map<string, unknown>, key: string, max: number): void {
  if (map.size < max || map.has(key)) return;
  for (const oldest of map.keys()) {
    map.delete(oldest);
    return;
  }
}

/** What makes two accesses alike: one record stands for both within a window. Metadata and pixels are two things; frames and pictures one. */
export const windowKey = (record: AccessRecord): string => {
  const { subject } = record;
  return [
    record.outcome,
    record.action,
    record.rule,
    record.policyVersion,
    record.claim,
    record.hospital,
    record.person,
    subject.actor,
    subject.organisation,
    subject.purpose,
    subject.roles.join(' '),
    subject.onBehalfOf?.actor,
    subject.onBehalfOf?.organisation,
    record.claim === null ? record.kind : '',
  ].join('\0');
};
