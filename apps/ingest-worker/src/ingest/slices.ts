import type { Job, JobPart } from './job.js';

/** Parts per commit: bounds memory (headers), events (512 KiB sealed) and the time a transaction stays open. */
export const PARTS_PER_SLICE_MAX = 512;

/** Parts that are committed together. `finishes`: jobs whose last part is in this slice; `opens`: jobs whose first part is. */
export type Slice = Readonly<{
  parts: readonly Readonly<{ job: Job; part: JobPart }>[];
  opens: readonly Job[];
  finishes: readonly Job[];
  continues: readonly Job[];
  /** One of its jobs was taken before, by a worker that may have died in the middle of it. */
  repeat: boolean;
}>;

/** Cuts a batch of jobs into slices, in order; small jobs share a slice, large ones take several. */
export function slices(jobs: readonly Job[], partsMax = PARTS_PER_SLICE_MAX): readonly Slice[] {
  const all = jobs.flatMap((job) => job.parts.map((part) => ({ job, part })));
  const cut: Slice[] = [];
  for (let start = 0; start < all.length; start += partsMax)
    cut.push(sliceOf(all.slice(start, start + partsMax)));
  return cut;
}

/** The slice of these parts, which follow each other. */
export function sliceOf(parts: Slice['parts']): Slice {
  const finishes = parts.filter(({ job, part }) => part === job.parts.at(-1)).map(({ job }) => job);
  return {
    parts,
    opens: parts.filter(({ job, part }) => part === job.parts[0]).map(({ job }) => job),
    finishes,
    repeat: parts.some(({ job }) => job.attempts > 1),
    continues: [...new Set(parts.map(({ job }) => job))].filter((job) => !finishes.includes(job)),
  };
}
