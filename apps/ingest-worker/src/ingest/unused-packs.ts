import type { Job, Outcome } from './job.js';

/** Packs of a finished job of which no part was stored. */
export function unusedPacks({
  job,
  outcomes,
}: Readonly<{ job: Job; outcomes: readonly Outcome[] }>): readonly string[] {
  const stored = new Set(
    outcomes.filter(({ outcome }) => outcome === 'stored').map(({ part }) => part),
  );
  const used = new Set(
    job.parts.map((part) => ('refused' in part || !stored.has(part.part) ? undefined : part.pack)),
  );
  return job.packs.filter((_, index) => !used.has(index)).map(({ pack }) => pack);
}
