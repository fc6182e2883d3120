import type { AccessRule } from './access-table.js';
import { ALL, ELSEWHERE, HELD, PROFESSIONALS, READING } from './rule-words.js';

/** What keeps everybody out, before anything lets anybody in. */
export const CLOSING_RULES: readonly AccessRule[] = [
  {
    id: 'disposed',
    effect: 'deny',
    why: 'A study that was disposed of is there for nobody.',
    roles: 'anyone',
    actions: ALL,
    places: HELD,
    states: ['disposed'],
  },
  {
    id: 'safety-inquiry',
    effect: 'permit',
    why: 'What was rejected for the safety of patients is looked into by its own hospital, for that purpose, with a second factor.',
    roles: ['admin'],
    actions: READING,
    purposes: ['PATSFTY'],
    places: ['own'],
    states: ['rejected-safety'],
    when: ['mfa'],
    obligations: ['log', 'no-export'],
  },
  {
    id: 'rejected-for-safety',
    effect: 'deny',
    why: 'Nobody else sees what was rejected for the safety of patients.',
    roles: 'anyone',
    actions: ALL,
    places: HELD,
    states: ['rejected-safety'],
  },
  {
    id: 'rejected-for-quality',
    effect: 'deny',
    why: 'What was rejected for its quality stays in its own hospital.',
    roles: 'anyone',
    actions: ALL,
    places: ELSEWHERE,
    states: ['rejected-quality'],
  },
  {
    id: 'crisis-machine',
    effect: 'deny',
    why: 'The machines of an organisation in crisis do nothing.',
    roles: 'anyone',
    actions: 'any',
    places: [...HELD, 'archive'],
    when: ['crisis', 'machine'],
  },
  {
    id: 'crisis-elsewhere',
    effect: 'deny',
    why: 'The people of an organisation in crisis read what it holds itself, and nothing else.',
    roles: PROFESSIONALS,
    actions: ALL,
    places: ELSEWHERE,
    when: ['crisis'],
  },
];
