import type { Bind } from './search-sql.js';

/** Columns of the order of studies as one branch has them. `place`: '' of the searcher's own hospital, else the claim. */
export type OrderColumns = Readonly<Record<'date' | 'time' | 'study' | 'place', string>>;

/** The SQL of one branch; its values are bound. `series`: what else holds of the series of its studies. */
export type BranchSql = Readonly<{
  from: string;
  where: readonly string[];
  series: readonly string[];
  columns: OrderColumns;
}>;

/**
 * Where a search may find studies, and which of them it may show. No study stands in two branches, and each branch can be walked in the order of
 * studies. `isOwn`: the branch is of the searcher's own hospital alone.
 */
export type ReachBranch = Readonly<{ isOwn: boolean; sql: (bind: Bind) => BranchSql }>;

/** The branches of one search. A cursor belongs to `hospital`. */
export type SearchReach = Readonly<{ hospital: string; branches: readonly ReachBranch[] }>;

/** Of what one hospital holds. */
export const OWN_COLUMNS: OrderColumns = {
  date: 'studies.study_date',
  time: 'studies.study_time',
  study: 'studies.study_uid',
  place: "''",
};

export const STUDIES = '{schema}.studies as studies';

/** What a hospital holds; `filter` is SQL on its studies. */
export const ownBranch = (
  hospital: string,
  filter?: (bind: Bind) => readonly string[],
): ReachBranch => ({
  isOwn: true,
  sql: (bind) => {
    const own = bind(hospital);
    return {
      from: STUDIES,
      where: [`studies.hospital = ${own}`, ...(filter?.(bind) ?? [])],
      series: [`series.hospital = ${own}`],
      columns: OWN_COLUMNS,
    };
  },
});

/** All that a hospital holds, whatever it is. */
export const wholeHospital = (hospital: string): SearchReach => ({
  hospital,
  branches: [ownBranch(hospital)],
});

/** The one branch of a search that has no more than one hospital in it; undefined when it has others. */
export const onlyOwn = ({ hospital, branches }: SearchReach): ReachBranch | undefined => {
  const [branch, ...others] = branches;
  if (branch === undefined) return ownBranch(hospital, () => ['false']);
  return branch.isOwn && others.length === 0 ? branch : undefined;
};

/** All branches of a reach in one, `limit` of each. */
export function eachBranch(
  reach: SearchReach,
  bind: Bind,
  make: (branch: BranchSql) => Readonly<{ text: string; limit: number }>,
): string {
  const own = onlyOwn(reach);
  const branches = own === undefined ? reach.branches : [own];
  const made = branches.map(({ sql }) => make(sql(bind)));
  const texts = made.map(({ text, limit }) => `${text}\nlimit ${bind(limit)}`);
  return own === undefined ? texts.map((text) => `(${text})`).join('\nunion all\n') : texts.join();
}
