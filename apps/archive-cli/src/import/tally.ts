import type { Terminal } from '../command.js';

/** What became of a file. The first two: it is in the archive; the last: nobody asked the archive. */
export type Fate = 'stored' | 'the same already' | 'kept aside' | 'refused' | 'failed' | 'skipped';

const FATES: readonly Fate[] = [
  'stored',
  'the same already',
  'kept aside',
  'refused',
  'failed',
  'skipped',
];
const NOT_STORED: readonly Fate[] = ['kept aside', 'refused', 'failed'];

export type Tally = Readonly<{
  /** Counts a file, and names it on the terminal when it should be in the archive and isn't. */
  add: (path: string, fate: Fate, why?: string) => void;
  count: (...fates: readonly Fate[]) => number;
  /** One line for each fate, with its reasons by count. */
  summary: () => readonly string[];
  complete: () => boolean;
}>;

/** Counts what becomes of the files of one import. */
export function newTally(terminal: Terminal): Tally {
  const counts = new Map<Fate, Map<string, number>>(FATES.map((fate) => [fate, new Map()]));
  const countOf = (fate: Fate) =>
    [...(counts.get(fate)?.values() ?? [])].reduce((sum, count) => sum + count, 0);
  const count = (...fates: readonly Fate[]) => fates.reduce((sum, fate) => sum + countOf(fate), 0);
  return {
    add: (path, fate, why = '') => {
      const reasons = counts.get(fate);
      reasons?.set(why, (reasons.get(why) ?? 0) + 1);
      if (NOT_STORED.includes(fate)) terminal.answer(`${path}: ${fate} (${why})`);
    },
    count,
    summary: () => FATES.map((fate) => `${countOf(fate)} ${fate}${reasonsOf(counts.get(fate))}`),
    complete: () => count(...NOT_STORED) === 0,
  };
}

const reasonsOf = (reasons: ReadonlyMap<string, number> = new Map()): string => {
  const told = [...reasons].filter(([why]) => why !== '').map(([why, count]) => `${count} ${why}`);
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
};
