import type { Pool } from 'pg';
import {
  type RetentionDifference,
  retentionTally,
  type TriedRetention,
} from '../retention-difference.js';
import { nextSubjects, retentionFacts } from './retention-facts.js';

const SUBJECTS_PER_PAGE = 1_000;

export type RetentionTrial = TriedRetention &
  Readonly<{
    studiesMax: number;
    signal: AbortSignal;
    /** Told after each page. */
    progress?: (studies: number) => void;
  }>;

/**
 * Makes the schedules of all studies by two tables of policies and tells what differs; nothing is written. Pages of studies are read one after the other, and
 * what changes meanwhile may be seen or not. Rejects when the signal aborts.
 */
export async function tryRetention(
  pool: Pool,
  { studiesMax, signal, progress = () => {}, ...tried }: RetentionTrial,
): Promise<RetentionDifference> {
  const tally = retentionTally(tried);
  for (let at: string | null = ''; at !== null; ) {
    signal.throwIfAborted();
    const page = await nextSubjects(pool, at, SUBJECTS_PER_PAGE);
    for (const study of await retentionFacts(pool, page)) tally.add(study);
    progress(tally.studies());
    at = page.next;
    if (at !== null && tally.studies() >= studiesMax) return tally.difference(true);
  }
  return tally.difference(false);
}
