/** What a credential may say its holder is (design §6). Some have no workflow yet: the table and its tests know them already. */
export const ROLES = [
  'modality',
  'radiologist',
  'physician',
  'radiographer',
  'screening-reader',
  'teleradiologist',
  'researcher',
  'hospital-system',
  'agency',
  'patient',
  'records-manager',
  'dpo',
  'support',
  'admin',
] as const;
export type Role = (typeof ROLES)[number];

/** What can be done to a study; each is decided for each study. */
export const STUDY_ACTIONS = ['search', 'read-metadata', 'retrieve', 'export'] as const;
export type StudyAction = (typeof STUDY_ACTIONS)[number];

/** What else can be asked of the archive. */
export const OTHER_ACTIONS = [
  'store',
  'read-receipt',
  'ask-commitment',
  'read-metrics',
  'read-technical',
  'read-research-set',
  'declare-relationship',
  'open-break-glass',
  'review-access',
  'feed-care',
  'keep-consent',
  'set-confidentiality',
  'flag-patient',
  'read-notices',
  'read-identity',
  'keep-identity',
  'change-hospital',
  'govern-hospitals',
  'read-policy',
  'publish-policy',
  'read-audit',
  'read-own-audit',
  'follow-changes',
  'keep-webhooks',
  'read-duplicate-objects',
  'read-dispositions',
  'propose-disposition',
  'approve-disposition',
  'read-retention',
  'keep-retention',
  'keep-holds',
  'read-fixity',
  'restitute',
  'read-seals',
  'read-evidence',
  'read-rejections',
  'revoke-rejections',
] as const;
export type Action = StudyAction | (typeof OTHER_ACTIONS)[number];
export const ACTIONS: readonly Action[] = [...STUDY_ACTIONS, ...OTHER_ACTIONS];

/** HL7 v3-ActReason; `unsaid` stands for a credential that names none. */
export const PURPOSES = [
  'unsaid',
  'TREAT',
  'ETREAT',
  'BTG',
  'PATRQT',
  'FAMRQT',
  'HPAYMT',
  'HOPERAT',
  'HQUALIMP',
  'PATSFTY',
  'PUBHLTH',
  'HRESCH',
  'HLEGAL',
  'HSYSADMIN',
] as const;
export type Purpose = (typeof PURPOSES)[number];

/** Where a study is as the subject sees it: in its own custody, in that of its group, in anybody else's; `archive`: nothing of anyone's. */
export const PLACES = ['own', 'group', 'nation', 'archive'] as const;
export type Place = (typeof PLACES)[number];

export const LEVELS = ['N', 'R', 'V'] as const;

export const STATES = ['active', 'rejected-quality', 'rejected-safety', 'disposed'] as const;

/** Conditions that the subject alone settles. */
export const SUBJECT_CONDITIONS = ['mfa', 'machine', 'crisis', 'of-agency'] as const;
export type SubjectCondition = (typeof SUBJECT_CONDITIONS)[number];

/** Conditions on the study and on what stands between its patient and the subject. */
export const STUDY_CONDITIONS = [
  'self',
  'represents',
  'minor',
  'treats',
  'has-task',
  'declared',
  'opposed',
  'not-opposed',
  'granted-level',
  'excluded',
  'break-glass',
  'vip',
  'patient-known',
  'adolescent-confidential',
  'withheld',
] as const;
export type StudyCondition = (typeof STUDY_CONDITIONS)[number];
export type Condition = SubjectCondition | StudyCondition;
export const CONDITIONS: readonly Condition[] = [...SUBJECT_CONDITIONS, ...STUDY_CONDITIONS];

/** What whoever permits must see to. */
export const OBLIGATIONS = [
  'log',
  'notify-patient',
  'notify-dpo',
  'review',
  'attest',
  'flag-for-sampling',
  'alert-owner',
  'watermark',
  'no-export',
  'blind-second-reading',
] as const;
export type Obligation = (typeof OBLIGATIONS)[number];
