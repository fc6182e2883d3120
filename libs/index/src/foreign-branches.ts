import type { AccessRule } from '#archive/access/access-table';
import { ASKED, filling, rulesSql, type Searcher, type Where } from './access-sql.js';
import { type OrderColumns, type ReachBranch, STUDIES } from './search-reach.js';
import type { Bind } from './search-sql.js';

const columnsOf = (row: string, place = `${row}.claim`): OrderColumns => ({
  date: `${row}.study_date`,
  time: `${row}.study_time`,
  study: `${row}.study_uid`,
  place,
});

/** Under whose name reasons are listed: the organisation, this member of it, this person wherever they work (migration 0013). */
const holdersOf = ({ subject: { organisation, actor } }: Searcher): readonly string[] => [
  `${organisation}/`,
  `${organisation}/${actor}`,
  `/${actor}`,
];

/** Studies of other hospitals that the searcher has a listed reason to know of: one branch for each name, each study in the first that has it. */
export const listedBranches = (
  searcher: Searcher,
  rules: readonly AccessRule[],
): readonly ReachBranch[] => {
  const holders = holdersOf(searcher);
  return holders.map((holder, at) => listedBranch(searcher, rules, holder, holders.slice(0, at)));
};

const listedBranch = (
  searcher: Searcher,
  rules: readonly AccessRule[],
  holder: string,
  before: readonly string[],
): ReachBranch => ({
  isOwn: false,
  sql: (bind) => {
    const filled = filling(searcher, bind);
    return {
      from: `reach join study_access as access on access.claim = reach.claim join ${STUDIES} on studies.claim = reach.claim`,
      where: [
        `reach.holder = ${bind(holder)}`,
        `reach.valid_until > ${ASKED.at}`,
        ...placed('others'),
        ...(before.length === 0 ? [] : [unlisted('reach', before, bind)]),
        ...permittedSql(searcher, rules, 'others'),
      ].map(filled),
      series: [],
      columns: columnsOf('reach'),
    };
  },
});

/** In no list of these names. */
const unlisted = (row: string, holders: readonly string[], bind: Bind) =>
  `not exists (select from reach listed where listed.claim = ${row}.claim and listed.holder = any (${bind(holders)}::text[]) and listed.valid_until > ${ASKED.at})`;

/** All studies of the one who searches and of those whom they represent; those of other hospitals that are listed stand there. */
export const personsBranch = (
  searcher: Searcher,
  rules: readonly AccessRule[],
  { where, isListed }: Readonly<{ where: Exclude<Where, 'own'>; isListed: boolean }>,
): ReachBranch => ({
  isOwn: false,
  sql: (bind) => {
    const filled = filling(searcher, bind);
    if (searcher.subject.person === null) return nowhere;
    const people = `array(select ${ASKED.person} union all select person from representatives where representative_person = ${ASKED.person})`;
    return {
      from: ACCESS,
      where: [
        "access.person <> ''",
        `access.person = any (${people})`,
        ...(isListed ? [unlisted('access', holdersOf(searcher), bind)] : []),
        ...placed(where),
        ...permittedSql(searcher, rules, where),
      ].map(filled),
      series: [],
      columns: placedColumns(where, filled),
    };
  },
});

/** All studies of all other hospitals. */
export const nationBranch = (
  searcher: Searcher,
  rules: readonly AccessRule[],
  where: Exclude<Where, 'own'>,
): ReachBranch => ({
  isOwn: false,
  sql: (bind) => {
    const filled = filling(searcher, bind);
    return {
      from: ACCESS,
      where: [...placed(where), ...permittedSql(searcher, rules, where)].map(filled),
      series: [],
      columns: placedColumns(where, filled),
    };
  },
});

const ACCESS = `study_access as access join ${STUDIES} on studies.claim = access.claim`;

const nowhere = {
  from: ACCESS,
  where: ['false'],
  series: [],
  columns: columnsOf('access'),
} as const;

const placed = (where: Where): readonly string[] =>
  where === 'others' ? [`access.hospital <> ${ASKED.organisation}`] : [];

/** A statement that doesn't ask for the place binds nothing for it. */
const placedColumns = (where: Where, filled: (sql: string) => string): OrderColumns => {
  const columns = columnsOf('access');
  if (where === 'others') return columns;
  return {
    ...columns,
    get place() {
      return filled(
        `(case when access.hospital = ${ASKED.organisation} then '' else access.claim end)`,
      );
    },
  };
};

const permittedSql = (
  searcher: Searcher,
  rules: readonly AccessRule[],
  where: Where,
): readonly string[] => {
  const permitted = rulesSql(rules, where, searcher);
  return permitted === true ? [] : [String(permitted)];
};
