import { standingWith, studyWith, subjectWith } from './access.testing.js';
import type { AccessSubject, Standing, StudyFacts } from './access-facts.js';
import { accessPolicy } from './access-policy.js';
import type { AccessRule } from './access-table.js';
import { ACTIONS, type Action, LEVELS, PURPOSES, STATES, STUDY_ACTIONS } from './access-words.js';
import { RELATIONSHIP_KINDS } from './conditions.js';

/** The parts of docs/access-policy.md that are made of the table, by the name that marks their place. */
export const policyTables = (): Readonly<Record<string, string>> => ({
  'study-rules': rulesTable(accessPolicy.rules.filter(isOfStudies)),
  'action-rules': rulesTable(accessPolicy.rules.filter((rule) => !isOfStudies(rule))),
  'obligation-rules': table(
    ['row', 'who', 'when', 'obliges to', 'in words'],
    accessPolicy.alsoObliged.map(({ id, roles, when, obligations, why }) => [
      `\`${id}\``,
      listed(roles),
      listed(when),
      listed(obligations),
      why,
    ]),
  ),
});

const isOfStudies = ({ actions }: AccessRule): boolean =>
  actions === 'any' || STUDY_ACTIONS.some((action) => actions.includes(action));

const rulesTable = (rules: readonly AccessRule[]): string =>
  table(
    [
      'row',
      'answer',
      'who',
      'does',
      'where',
      'levels',
      'when',
      'purposes',
      'obliges to',
      'in words',
    ],
    rules.map((rule) => [
      `\`${rule.id}\``,
      rule.effect,
      listed(rule.roles),
      listed(rule.actions),
      placesOf(rule),
      listed(rule.levels ?? 'any'),
      listed([...(rule.states ?? []), ...(rule.when ?? [])]),
      listed(rule.purposes ?? 'any'),
      listed(rule.obligations ?? []),
      rule.why,
    ]),
  );

const placesOf = ({ places, jurisdictions }: AccessRule): string => {
  if (jurisdictions === undefined) return listed(places);
  const under =
    'in' in jurisdictions
      ? `under ${listed(jurisdictions.in)}`
      : `not under ${listed(jurisdictions.notIn)}`;
  return `${listed(places)}; ${under}`;
};

const listed = (words: readonly string[] | string): string => {
  if (typeof words === 'string') return words;
  return words.length === 0 ? '–' : words.join(', ');
};

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** A row of the page's examples; throws at a word that it doesn't know. */
export type Example = Readonly<{
  line: string;
  subject: AccessSubject;
  action: Action;
  study: StudyFacts;
  standing: Standing;
  answer: string;
  rule: string;
}>;

export function examplesOf(page: string): readonly Example[] {
  const lines = page.slice(page.indexOf('## Examples')).split('\n');
  return lines
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map(exampleOf);
}

function exampleOf(line: string): Example {
  const [who = '', does = '', what = '', between = '', answer = '', rule = ''] = line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
  const action = ACTIONS.find((one) => one === does);
  if (action === undefined) throw new Error(`no action: ${does}`);
  const [role = '', ...more] = words(who);
  const subject = { roles: [role], ...merged(more.map(subjectPart)) };
  const study = { person: 'p1', ...merged(words(what).map(studyPart)) };
  return {
    line,
    subject: subjectWith(subject),
    action,
    study: studyWith(study),
    standing: standingWith(merged(words(between).map(standingPart))),
    answer,
    rule,
  };
}

const words = (cell: string): readonly string[] => (cell === '–' ? [] : cell.split(', '));

const merged = <T extends object>(parts: readonly T[]): T => Object.assign({}, ...parts);

function subjectPart(word: string): Partial<AccessSubject> {
  const [first = '', second = '', ...rest] = word.split(' ');
  if (word === 'mfa' || word === 'machine' || word === 'crisis') return { [word]: true };
  if (first === 'of') return { organisation: second };
  if (first === 'group') return { group: second };
  if (first === 'is') return { person: second };
  if (first === 'for' && PURPOSES.some((one) => one === second)) return { purpose: second };
  if (first === 'for' && rest.length === 2)
    return { onBehalfOf: { actor: 'x', organisation: rest[1] ?? '', roles: [second] } };
  throw new Error(`nobody is: ${word}`);
}

function studyPart(word: string): Partial<StudyFacts> {
  const [first, second = ''] = word.split(' ');
  const level = LEVELS.find((one) => one === word);
  if (level !== undefined) return { confidentiality: level };
  const state = STATES.find((one) => one === word);
  if (state !== undefined) return { state };
  if (first === 'of') return { hospital: second };
  if (first === 'group') return { group: second };
  if (first === 'under') return { jurisdiction: second };
  if (word === 'adolescent-confidential') return { tags: [word] };
  throw new Error(`no study is: ${word}`);
}

const FLAGS = ['opposed', 'excluded', 'represents', 'withheld'];

function standingPart(word: string): Partial<Standing> {
  const [first, second] = word.split(' ');
  const relationship = RELATIONSHIP_KINDS.find((one) => one === word);
  if (relationship !== undefined) return { relationship };
  if (first === 'granted') return { granted: LEVELS.find((one) => one === second) ?? null };
  if (first === 'age') return { age: Number(second) };
  if (word === 'broken glass') return { breakGlass: true };
  if (FLAGS.some((flag) => flag === word)) return { [word]: true };
  throw new Error(`nothing is: ${word}`);
}
