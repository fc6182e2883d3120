import type { Place, Purpose, Role, StudyAction } from './access-words.js';

/** Sets that the rows name. */
export const CLINICIANS: readonly Role[] = ['radiologist', 'physician'];
export const READING: readonly StudyAction[] = ['search', 'read-metadata', 'retrieve'];
export const ALL: readonly StudyAction[] = [...READING, 'export'];
export const TREATMENT: readonly Purpose[] = ['unsaid', 'TREAT', 'ETREAT', 'BTG'];
export const HELD: readonly Place[] = ['own', 'group', 'nation'];
export const ELSEWHERE: readonly Place[] = ['group', 'nation'];
export const PROFESSIONALS: readonly Role[] = [
  ...CLINICIANS,
  'radiographer',
  'screening-reader',
  'teleradiologist',
  'researcher',
  'hospital-system',
  'agency',
  'records-manager',
  'dpo',
  'support',
  'admin',
];
