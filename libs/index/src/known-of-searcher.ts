import type { AccessSubject } from '#archive/access/access-facts';
import { RELATIONSHIP_KINDS } from '#archive/access/conditions';
import type { Findable, Statement } from './findable.js';

/**
 * What there is about a searcher at all, whomever it is about: what there isn't needs no place in the statement, and planning one with everything
 * in it takes longer than most searches. `kinds`: of relationships. `special`: how many studies of the own hospital aren't ordinary.
 * `hospitals`: the others, undefined when nobody has looked.
 */
export type Known = Readonly<{
  holders: readonly string[];
  kinds: readonly string[];
  isGranted: boolean;
  isExcluded: boolean;
  brokeGlass: boolean;
  special: 'none' | 'few' | 'many';
  hospitals: readonly string[] | undefined;
}>;

type Who = Pick<AccessSubject, 'actor' | 'organisation'>;

/** Under whose name reasons are listed: the organisation, this member of it, this person wherever they work (migration 0013). */
export const holdersOf = ({ organisation, actor }: Who): readonly string[] => [
  `${organisation}/`,
  `${organisation}/${actor}`,
  `/${actor}`,
];

/** Anything may be there. */
export const nothingKnown = (who: Who): Known => ({
  holders: holdersOf(who),
  kinds: RELATIONSHIP_KINDS,
  isGranted: true,
  isExcluded: true,
  brokeGlass: true,
  special: 'many',
  hospitals: undefined,
});

/** So many special studies are gathered sooner than each row is looked up. */
const FEW_MAX = 1_000;

/** Looks, in one prepared statement. The least of what isn't less is found in an index; PostgreSQL would read a whole table to learn that something isn't there. */
export async function knownOf({ rows }: Pick<Findable, 'rows'>, who: Who): Promise<Known> {
  return knownIn(await rows(knownStatement(who)));
}

/** What the rows of `knownStatement` say. */
export function knownIn([row]: readonly Record<string, unknown>[]): Known {
  const known = row as Omit<Known, 'special'> & Readonly<{ special: number }>;
  return { ...known, special: manyOf(Number(known.special)) };
}

/** Whether a statement that was made for `guess` finds all that one for `known` does, and no more: a place too many costs time, nothing else. */
export const covers = (guess: Known, known: Known): boolean =>
  isWithin(known.holders, guess.holders) &&
  isWithin(known.kinds, guess.kinds) &&
  (guess.isGranted || !known.isGranted) &&
  (guess.isExcluded || !known.isExcluded) &&
  (guess.brokeGlass || !known.brokeGlass) &&
  SPECIAL_ORDER.indexOf(known.special) <= SPECIAL_ORDER.indexOf(guess.special) &&
  (guess.hospitals === undefined || isWithin(known.hospitals ?? [], guess.hospitals));

const SPECIAL_ORDER: readonly Known['special'][] = ['none', 'few', 'many'];

const isWithin = (some: readonly string[], all: readonly string[]): boolean =>
  some.every((one) => all.includes(one));

const manyOf = (special: number): Known['special'] => {
  if (special === 0) return 'none';
  return special > FEW_MAX ? 'many' : 'few';
};

const OF_SEARCHER = `organisation in ('', $1) and actor in ('', $2) and organisation || actor <> ''`;

/** Asks what there is about a searcher. */
export const knownStatement = ({ organisation, actor }: Who): Statement => ({
  name: 'known-of-searcher',
  text: `select
  array(select holder from unnest($3::text[]) as h (holder) where (select min(r.holder) from reach r where r.holder >= h.holder) = h.holder) as holders,
  array(select kind from unnest($4::text[]) as k (kind) where (select min(r.kind) from relationships r where r.organisation = $1 and r.kind >= k.kind) = k.kind) as kinds,
  exists (select from grants where ${OF_SEARCHER}) as "isGranted",
  exists (select from exclusions where ${OF_SEARCHER}) as "isExcluded",
  exists (select from break_glass where actor = $2 and organisation = $1) as "brokeGlass",
  (select count(*)::int from (select from study_access where hospital = $1
    and (confidentiality <> 'N' or state <> 'active' or tags <> '{}') limit ${FEW_MAX + 1}) as special) as special,
  array(select hospital from hospitals where hospital <> $1) as hospitals`,
  values: [organisation, actor, holdersOf({ organisation, actor }), RELATIONSHIP_KINDS],
});
