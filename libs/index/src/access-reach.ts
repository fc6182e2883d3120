import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy, AccessRule } from '#archive/access/access-table';
import type { StudyAction, StudyCondition } from '#archive/access/access-words';
import { isStudyCondition } from '#archive/access/conditions';
import { asks, decideAccess, whoseRights } from '#archive/access/decide-access';
import { NO_STANDING } from '#archive/access/no-standing';
import { ASKED, filling, rulesSql, type Searcher, type Sql } from './access-sql.js';
import { listedBranches, nationBranch, personsBranch } from './foreign-branches.js';
import { type Known, nothingKnown } from './known-of-searcher.js';
import { ownBranch, type ReachBranch, type SearchReach } from './search-reach.js';

/** What lists a subject's reasons (migration 0013) … */
const LISTED: readonly StudyCondition[] = [
  'treats',
  'has-task',
  'declared',
  'granted-level',
  'break-glass',
];
/** … and what leads to the studies of few persons. */
const OF_PERSONS: readonly StudyCondition[] = ['self', 'represents'];

/**
 * The same table as `decideAccess` reads, for a search: what the subject alone settles is settled here, the rest becomes SQL. Pure; `at` is the
 * moment of the search as ISO 8601 has it; `known`: what there is about the one whose rights count, when somebody has looked (`knownOf`).
 */
export function reachOf(
  subject: AccessSubject,
  action: StudyAction,
  { policy, at, known }: Readonly<{ policy: AccessPolicy; at: string; known?: Known }>,
): SearchReach {
  const rights = whoseRights(subject, policy);
  const hospital = subject.organisation;
  if (rights === undefined) return { hospital, branches: [] };
  const searcher = { subject: rights, policy, at, known: known ?? nothingKnown(rights) };
  const rules = policy.rules.filter((row) => asks(row, rights, action));
  const ordinary = ordinaryOf(searcher, action);
  const ownPermits = permitsIn(rules, ['own']);
  const areOwnOfPersons = !ordinary && areAll(ownPermits, OF_PERSONS);
  const own = areOwnOfPersons ? [] : [ownHospital(searcher, rules, ordinary)];
  return {
    hospital: rights.organisation,
    branches: [
      ...own,
      ...foreign(searcher, rules, areOwnOfPersons && ownPermits.length > 0 ? 'any' : 'others'),
    ],
  };
}

function foreign(
  searcher: Searcher,
  rules: readonly AccessRule[],
  ofPersons: 'any' | 'others',
): readonly ReachBranch[] {
  const permits = permitsIn(rules, ['group', 'nation']);
  const isListed = permits.some((rule) => hasOneOf(rule, LISTED));
  const leads = ofPersons === 'any' ? permitsIn(rules, ['own', 'group', 'nation']) : permits;
  const isOfPersons = leads.some((rule) => hasOneOf(rule, OF_PERSONS));
  if (!areAll(permits, [...LISTED, ...OF_PERSONS]))
    return [nationBranch(searcher, rules, ofPersons)];
  return [
    ...(isListed ? listedBranches(searcher, rules) : []),
    ...(isOfPersons ? [personsBranch(searcher, rules, { where: ofPersons, isListed })] : []),
  ];
}

const permitsIn = (rules: readonly AccessRule[], places: readonly string[]) =>
  rules.filter(
    (rule) => rule.effect === 'permit' && rule.places.some((one) => places.includes(one)),
  );

const hasOneOf = ({ when = [] }: AccessRule, conditions: readonly StudyCondition[]): boolean =>
  when.some((one) => (conditions as readonly string[]).includes(one));

const areAll = (rules: readonly AccessRule[], conditions: readonly StudyCondition[]): boolean =>
  rules.every((rule) => hasOneOf(rule, conditions));

/** Whether an ordinary study of the own hospital, whose patient has said nothing, is permitted. */
const ordinaryOf = ({ subject, policy }: Searcher, action: StudyAction): boolean => {
  const { organisation: hospital, group } = subject;
  const facts = { claim: '', hospital, group, jurisdiction: '', person: '', tags: [] } as const;
  const study = { ...facts, confidentiality: 'N', state: 'active' } as const;
  return decideAccess(subject, action, study, NO_STANDING, policy).outcome === 'permit';
};

/** SPECIAL as the partial index of migration 0013 has it. */
const SPECIAL =
  "(access.confidentiality <> 'N' or access.state <> 'active' or access.tags <> '{}')";

/**
 * The own hospital's studies: most are ordinary, and are let through without a look. The few that aren't are looked up, by what an index on the
 * order of dates knows too, or gathered; all are, when patients have said something of this searcher.
 */
const ownHospital = (
  searcher: Searcher,
  rules: readonly AccessRule[],
  ordinary: boolean,
): ReachBranch =>
  ownBranch(searcher.subject.organisation, (bind) => {
    const permitted = rulesSql(rules, 'own', searcher);
    if (permitted === ordinary) return ordinary ? [] : ['false'];
    const said = conditionsOfOrdinary(rules).filter(
      (one) => one !== 'excluded' || searcher.known.isExcluded,
    );
    const sql = ownSql({ permitted, ordinary, said }, searcher.known);
    return sql === true ? [] : [filling(searcher, bind)(String(sql))];
  });

type OwnRules = Readonly<{
  permitted: Sql;
  ordinary: boolean;
  said: readonly StudyCondition[];
}>;

function ownSql({ permitted, ordinary, said }: OwnRules, { special }: Known): Sql {
  const own = `access.hospital = ${ASKED.organisation}`;
  const looked = (
    which: string,
  ) => `coalesce((select bool_and(${permitted}) from study_access as access
      where ${own} and access.study_uid = studies.study_uid and ${which}), ${ordinary})`;
  if (said.length > 0) return looked('true');
  if (special === 'none') return ordinary;
  if (special === 'many' || !ordinary) return looked(SPECIAL);
  return `studies.study_uid not in (select access.study_uid from study_access as access where ${own} and ${SPECIAL} and not (${permitted}))`;
}

/** What is asked of patients before an ordinary study of the own hospital is decided. */
function conditionsOfOrdinary(rules: readonly AccessRule[]): readonly StudyCondition[] {
  const asked = rules
    .filter(isOfOrdinary)
    .map(({ when = [] }) => when.filter(isStudyCondition))
    .filter((conditions) => !conditions.includes('adolescent-confidential'));
  const decided = asked.findIndex(({ length }) => length === 0);
  return asked.slice(0, decided < 0 ? undefined : decided).flat();
}

const isOfOrdinary = ({ places, levels = ['N'], states = ['active'] }: AccessRule): boolean =>
  places.includes('own') && levels.includes('N') && states.includes('active');
