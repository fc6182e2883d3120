import type { Access } from './access-query.js';

export const DCM = 'http://dicom.nema.org/resources/ontology/DCM';

type Coded = Readonly<{ code: string; display: string }>;

/** What happened, in the words of DICOM PS3.15 §A.5.1: a query, instances that were looked at or taken out, a security alert. */
export function eventOf({
  action,
  outcome,
  kind,
}: Pick<Access, 'action' | 'outcome' | 'kind'>): Coded {
  if (action === 'authenticate') return { code: '110114', display: 'User Authentication' };
  if (outcome === 'deny') return { code: '110113', display: 'Security Alert' };
  if (action === 'search') return { code: '110112', display: 'Query' };
  if (action === 'export') return { code: '110106', display: 'Export' };
  if (action === 'store') return { code: '110104', display: 'DICOM Instances Transferred' };
  if (action === 'read-metadata' || action === 'retrieve')
    return { code: '110103', display: 'DICOM Instances Accessed' };
  if (action === 'open-break-glass')
    return { code: '110127', display: 'Emergency Override Started' };
  if (action === 'read-audit' || action === 'read-own-audit')
    return { code: '110101', display: 'Audit Log Used' };
  if (kind === 'identity') return { code: '110110', display: 'Patient Record' };
  return { code: '110100', display: 'Application Activity' };
}

/** CID of actions in PS3.15 §A.5.2: created, read, executed. */
export const actionCodeOf = ({ action }: Pick<Access, 'action'>): 'C' | 'R' | 'E' => {
  if (action === 'store') return 'C';
  return ['read-metadata', 'retrieve', 'export'].includes(action) ? 'R' : 'E';
};

/** Success, or a failure that stopped nothing but this. */
export const outcomeCodeOf = ({ outcome }: Pick<Access, 'outcome'>): '0' | '4' =>
  outcome === 'permit' ? '0' : '4';
