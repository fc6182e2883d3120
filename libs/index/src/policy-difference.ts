import type { AccessSubject } from '#archive/access/access-facts';
import type { AccessPolicy } from '#archive/access/access-table';
import { ROLES, type Role, type StudyAction } from '#archive/access/access-words';
import { AGENCY } from '#archive/access/agency';
import { asks } from '#archive/access/decide-access';
import { reachOf } from './access-reach.js';
import type { Findable, Statement } from './findable.js';
import { eachBranch, type SearchReach } from './search-reach.js';
import { statementValues } from './search-sql.js';

/** How many studies become visible to a role of an organisation, or stop being so, when one table takes the place of another. */
export type PolicyDifference = Readonly<{
  action: StudyAction;
  role: Role;
  organisation: string;
  gained: number;
  lost: number;
}>;

/** What is compared: a search, and what a look at the images asks. */
const COMPARED: readonly StudyAction[] = ['search', 'retrieve'];

/**
 * Roles whose members see the studies of others than themselves: a patient sees their own. Each is asked for as a member of whom patients have
 * said nothing by name, with a second factor and no purpose.
 */
const COUNTED: readonly Role[] = ROLES.filter((role) => role !== 'patient');

export type Tables = Readonly<{ before: AccessPolicy; after: AccessPolicy; at: string }>;

/** Counts over the index, with the SQL of searches; only of roles for which the tables differ. What doesn't change is left out. */
export async function differenceOf(
  { rows }: Pick<Findable, 'rows'>,
  tables: Tables,
): Promise<readonly PolicyDifference[]> {
  const found = await rows({
    text: 'select hospital, hospital_group from hospitals order by hospital',
    values: [],
  });
  const organisations = found.map((row) => ({
    organisation: String(row['hospital']),
    group: String(row['hospital_group']),
  }));
  const differences: PolicyDifference[] = [];
  for (const member of [...organisations, { organisation: AGENCY, group: '' }])
    for (const role of COUNTED)
      for (const action of COMPARED)
        differences.push(...(await oneDifference({ rows }, tables, { member, role, action })));
  return differences;
}

type Compared = Readonly<{
  member: Pick<AccessSubject, 'organisation' | 'group'>;
  role: Role;
  action: StudyAction;
}>;

async function oneDifference(
  { rows }: Pick<Findable, 'rows'>,
  { before, after, at }: Tables,
  { member, role, action }: Compared,
): Promise<readonly PolicyDifference[]> {
  const subject = { ...SOMEBODY, ...member, roles: [role] };
  if (isSame(before, after, (policy) => rowsFor(policy, subject, action))) return [];
  const reaches = [before, after].map((policy) => reachOf(subject, action, { policy, at }));
  const [row] = await rows(differenceStatement(reaches));
  const [gained, lost] = [Number(row?.['gained']), Number(row?.['lost'])];
  if (gained === 0 && lost === 0) return [];
  return [{ action, role, organisation: member.organisation, gained, lost }];
}

const SOMEBODY: AccessSubject = {
  actor: '',
  organisation: '',
  group: '',
  roles: [],
  purpose: null,
  mfa: true,
  machine: false,
  person: null,
  onBehalfOf: null,
  crisis: false,
};

const isSame = (
  before: AccessPolicy,
  after: AccessPolicy,
  read: (policy: AccessPolicy) => unknown,
): boolean => JSON.stringify(read(before)) === JSON.stringify(read(after));

/** What decides; the words and the obligations of a row change nothing that is counted. */
const rowsFor = (policy: AccessPolicy, subject: AccessSubject, action: StudyAction) => [
  policy.adultFromYears,
  ...policy.rules
    .filter((row) => asks(row, subject, action))
    .map(({ effect, places, jurisdictions, levels, states, when }) => [
      ...[effect, places, jurisdictions, levels, states, when],
    ]),
];

function differenceStatement(reaches: readonly SearchReach[]): Statement {
  const { values, bind } = statementValues();
  const [before, after] = reaches.map((reach) =>
    eachBranch(reach, bind, ({ from, where }) => ({
      text: `select studies.claim from ${from}\nwhere ${where.join('\n  and ')}`,
    })),
  );
  const text = `with before as (
${before}
), after as (
${after}
)
select (select count(*) from (select claim from after except select claim from before) as more) as gained,
  (select count(*) from (select claim from before except select claim from after) as fewer) as lost`;
  return { text, values };
}
