import { decideIntake, type Held, type IntakeDecision } from '#archive/intake/decide-intake';
import type { NoteFault } from '#archive/rejection/rejection-note';
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
  /** Whether a part names another human than its study; `first`: what the slice stores first of it. */
  isOther: (part: ReadPart, first: ReadPart | undefined) => boolean;
  /** Whether the study was disposed of: it is not taken again. */
  isDisposed: (part: ReadPart) => boolean;
  /** Why a rejection note can't be followed, by what is held of what it names. */
  noteFaultOf: (part: ReadPart) => NoteFault | undefined;
}>;

/** Decides the parts in order; an instance that an earlier part of the slice brings counts as held. */
export async function decideSlice(
  reads: readonly (ReadPart | UnreadPart)[],
  known: Known,
): Promise<readonly DecidedPart[]> {
  const brought: Brought = { instances: new Map(), studies: new Map() };
  const decided: DecidedPart[] = [];
  for (const read of reads) {
    const decision = 'arrival' in read ? await decidePart(read, known, brought) : notRead(read);
    decided.push({ read, decision });
  }
  return decided;
}

/** What the slice stores first of each instance, and of each study. */
type Brought = Readonly<Record<'instances' | 'studies', Map<string, ReadPart>>>;

const decidePart = async (
  read: ReadPart,
  { held, keyOf, sameDataSet, isOther, isDisposed, noteFaultOf }: Known,
  { instances, studies }: Brought,
): Promise<IntakeDecision> => {
  const { arrival } = read;
  if (isDisposed(read)) return { outcome: 'refuse', why: 'disposed' };
  const key = keyOf(read);
  const first = instances.get(key);
  const known = first === undefined ? held.get(key) : first.arrival;
  const decision = decideIntake(arrival, known, isOther(read, studies.get(arrival.claim)));
  if (decision.outcome === 'compare' && known !== undefined)
    return decideIntake(arrival, { ...known, sameDataSet: await sameDataSet(read, first) });
  if (decision.outcome === 'store') {
    const fault = noteFaultOf(read);
    if (fault !== undefined) return { outcome: 'refuse', why: fault };
    instances.set(key, read);
    if (!studies.has(arrival.claim)) studies.set(arrival.claim, read);
  }
  return decision;
};

const notRead = ({ why }: UnreadPart): IntakeDecision =>
  why === 'unreadable' || why === 'processing'
    ? { outcome: 'quarantine', why }
    : { outcome: 'refuse', why };
