import type { AccessSubject } from '#archive/access/access-facts';
import type { Rows, Statement } from '#index/findable';
import { covers, type Known, knownIn, knownOf, knownStatement } from '#index/known-of-searcher';
import type { SearchingPorts } from './search-ports.js';

/** How a search is planned by what is known of its searcher. `statement`: what its first page is read by; undefined: it isn't read with the look-up. */
export type Planning<P> = Readonly<{
  plan: (known: Known) => Promise<P>;
  isReadAhead: boolean;
  statement: (planned: P) => Statement | undefined;
}>;

/** A plan that fits what is known now; `rows`: of its statement, when they were read in the same go. */
export type PlannedWithKnown<P> = Readonly<{ planned: P; rows: Rows | undefined }>;

/**
 * Looks up what there is about a searcher, each time; where they have searched before, the page is read in the same go, by a plan for what was known
 * of them then, and counts when that plan is still theirs. `who`: whose rights count.
 */
export async function plannedWithKnown<P>(
  ports: Pick<SearchingPorts, 'findable' | 'inOneGo' | 'knownBefore'>,
  who: AccessSubject,
  { plan, isReadAhead, statement }: Planning<P>,
): Promise<PlannedWithKnown<P>> {
  const name = [who.organisation, who.actor].join('\0');
  const keep = (known: Known) => ports.knownBefore.set(name, known, 1);
  const guess = ports.knownBefore.get(name);
  const guessed =
    guess && isReadAhead && ports.inOneGo !== undefined ? await plan(guess) : undefined;
  const ahead = guessed && statement(guessed);
  if (!guess || !guessed || !ahead || !ports.inOneGo) {
    const known = await knownOf(ports.findable, who);
    keep(known);
    return { planned: await plan(known), rows: undefined };
  }
  const [found, rows] = await ports.inOneGo(knownStatement(who), ahead);
  const known = knownIn(found);
  keep(known);
  return covers(guess, known)
    ? { planned: guessed, rows }
    : { planned: await plan(known), rows: undefined };
}
