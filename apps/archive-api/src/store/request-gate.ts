import type { Waiting } from './admission.js';

/** Counts the Store requests under way in this process, by hospital. */
export type RequestGate = Readonly<{
  inside: () => readonly Waiting[];
  /** The returned function lets the place go; once. */
  enter: (hospital: string) => () => void;
}>;

export function requestGate(): RequestGate {
  const counts = new Map<string, number>();
  const add = (hospital: string, difference: number) => {
    const count = (counts.get(hospital) ?? 0) + difference;
    if (count > 0) counts.set(hospital, count);
    else counts.delete(hospital);
  };
  return {
    inside: () => [...counts].map(([hospital, jobs]) => ({ hospital, jobs, oldestMs: 0 })),
    enter: (hospital) => {
      add(hospital, 1);
      return () => add(hospital, -1);
    },
  };
}
