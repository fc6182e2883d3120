/** What a credential may say its holder is (design §6). */
export type Role =
  | 'modality'
  | 'radiologist'
  | 'physician'
  | 'agency'
  | 'patient'
  | 'records-manager'
  | 'dpo'
  | 'admin';

/** What can be asked of the archive. */
export type Action =
  | 'store'
  | 'read-receipt'
  | 'ask-commitment'
  | 'search'
  | 'retrieve'
  | 'read-metrics';

/** `own-hospital`: what the subject's hospital has custody of. `archive`: the running archive itself, never anyone's data. */
export type Reach = 'own-hospital' | 'archive';

/** One row of the table: these roles may do these things within this reach. */
export type AccessRule = Readonly<{
  id: string;
  roles: readonly Role[];
  actions: readonly Action[];
  reach: Reach;
}>;

/** Rules only permit; what no rule names is denied. `version` changes whenever a row does. */
export type AccessPolicy = Readonly<{ version: string; rules: readonly AccessRule[] }>;

/** The table in force. It is data: `decideAccess` and `reachOf` are its only two readers (design D11). */
export const accessPolicy: AccessPolicy = {
  version: '2026-11-2',
  rules: [
    {
      id: 'modality-stores',
      roles: ['modality'],
      actions: ['store', 'read-receipt'],
      reach: 'own-hospital',
    },
    {
      id: 'keeper-asks-commitment',
      roles: ['modality', 'records-manager'],
      actions: ['ask-commitment'],
      reach: 'own-hospital',
    },
    {
      id: 'clinician-reads',
      roles: ['radiologist', 'physician'],
      actions: ['search', 'retrieve'],
      reach: 'own-hospital',
    },
    {
      id: 'records-manager-finds',
      roles: ['records-manager'],
      actions: ['search', 'read-receipt'],
      reach: 'own-hospital',
    },
    {
      id: 'anyone-known-sees-metrics',
      roles: [
        'modality',
        'radiologist',
        'physician',
        'agency',
        'patient',
        'records-manager',
        'dpo',
        'admin',
      ],
      actions: ['read-metrics'],
      reach: 'archive',
    },
  ],
};
