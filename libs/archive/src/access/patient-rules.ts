import type { AccessRule } from './access-table.js';
import { ALL, HELD } from './rule-words.js';

/** Patients and those who speak for them. */
export const PATIENT_RULES: readonly AccessRule[] = [
  {
    id: 'patient-reads-own',
    effect: 'permit',
    why: 'Patients see all of their own studies, wherever they are.',
    roles: ['patient'],
    actions: ALL,
    purposes: ['unsaid', 'PATRQT'],
    places: HELD,
    when: ['self'],
    obligations: ['log'],
  },
  {
    id: 'hidden-from-representatives',
    effect: 'deny',
    why: 'What an adolescent keeps to themselves no parent or guardian sees.',
    roles: ['patient'],
    actions: ALL,
    places: HELD,
    when: ['adolescent-confidential'],
  },
  {
    id: 'representative-of-minor',
    effect: 'permit',
    why: 'Parents and guardians see all studies of a minor.',
    roles: ['patient'],
    actions: ALL,
    purposes: ['unsaid', 'PATRQT', 'FAMRQT'],
    places: HELD,
    when: ['represents', 'minor'],
    obligations: ['log'],
  },
  {
    id: 'representative-of-adult',
    effect: 'permit',
    why: 'Who represents an adult, or somebody whose age is not known, sees all but very restricted studies.',
    roles: ['patient'],
    actions: ALL,
    purposes: ['unsaid', 'PATRQT', 'FAMRQT'],
    places: HELD,
    levels: ['N', 'R'],
    when: ['represents'],
    obligations: ['log', 'notify-patient'],
  },
];
