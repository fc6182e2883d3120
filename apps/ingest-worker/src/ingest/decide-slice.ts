import { decideIntake, type Held, type IntakeDecision } from '#archive/intake/decide-intake';
import type { ReadPart, UnreadPart } from './read-part.js';

/** A part and what is to become of it. */
export type DecidedPart = Readonly<{
  read: ReadPart | UnreadPart;
  decision: IntakeDecision;
}>;

export type Known = Readonly<{
  /** What the hospital holds of each instance, by the key that `keyOf` gives. */
  held: ReadonlyMap<string, Held>;
  keyOf: (part: ReadPart) => string;
  /** Compares the data sets of what is held and what arrives, byte by byte after the file meta group. */
  sameDataSet: (part: ReadPart, first: ReadPart | undefined) => Promise<boolean>;
}>;

/** Decides the parts in order; an instance that an earlier part of the slice brings counts as held. */
export async function decideSlice(
  reads: readonly (ReadPart | UnreadPart)[],
  { held, keyOf, sameDataSet }: Known,
): Promise<readonly DecidedPart[]> {
  const brought = new Map<string, ReadPart>();
  const decided: DecidedPart[] = [];
  for (const read of reads) {
    if (!('arrival' in read)) {
      decided.push({ read, decision: notRead(read) });
      continue;
    }
    const key = keyOf(read);
    const first = brought.get(key);
    const known = first === undefined ? held.get(key) : first.arrival;
    let decision = decideIntake(read.arrival, known);
    if (decision.outcome === 'compare' && known !== undefined)
      decision = decideIntake(read.arrival, {
        ...known,
        sameDataSet: await sameDataSet(read, first),
      });
    if (decision.outcome === 'store') brought.set(key, read);
    decided.push({ read, decision });
  }
  return decided;
}

const notRead = ({ why }: UnreadPart): IntakeDecision =>
  why === 'unreadable' || why === 'processing'
    ? { outcome: 'quarantine', why }
    : { outcome: 'refuse', why };
