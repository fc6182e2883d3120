import { type Attributes, ctSlice, part10, sequence } from '../support/part10.js';
import { catalogueOf, type Hospital, type Json, NATIONAL, newInstance } from './cds-archive.js';

const DAY_MS = 86_400_000;

/** A day that many days ago, YYYY-MM-DD. */
export const daysAgo = (days: number): string =>
  new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);

/** A study of a person whom the nation knows by `national`. `code`: of the hospital's own catalogue. */
export type Stated = Readonly<{
  study: string;
  national: string;
  code: string;
  modality?: string;
  days?: number;
  change?: Attributes;
}>;

/** One image of the study. */
export const imageOf = ({ study, code, modality = 'CT', ...stated }: Stated): Buffer => {
  const uids = { study, series: `${study}.1`, instance: `${study}.1.1` };
  return part10(
    ctSlice(uids, {
      ...patientOf(stated),
      '00080060': ['CS', modality],
      '00081030': ['LO', 'Called *so* [there](http://evil.example)'],
      '00081032': ['SQ', codes(code, '99OWN', 'as it is called there')],
      ...stated.change,
    }),
  );
};

const patientOf = ({ national, days = 6 }: Pick<Stated, 'national' | 'days'>): Attributes => ({
  '00080020': ['DA', daysAgo(days).replaceAll('-', '')],
  '00100020': ['LO', national],
  '00100021': ['LO', 'NAT'],
});

const codes = (value: string, scheme: string, meaning: string): Buffer =>
  sequence({ '00080100': ['SH', value], '00080102': ['SH', scheme], '00080104': ['LO', meaning] });

/** The dose report of the study (PS3.16 TID 10011): so many mGy·cm. */
export const doseReportOf = ({ study, ...stated }: Stated, dlp: number): Buffer => {
  const uids = { study, series: `${study}.9`, instance: `${study}.9.1` };
  const total: Attributes = {
    '0040A010': ['CS', 'CONTAINS'],
    '0040A040': ['CS', 'NUM'],
    '0040A043': ['SQ', codes('113813', 'DCM', 'CT Dose Length Product Total')],
    '0040A300': [
      'SQ',
      sequence({
        '004008EA': ['SQ', codes('mGy.cm', 'UCUM', 'mGy.cm')],
        '0040A30A': ['DS', String(dlp)],
      }),
    ],
  };
  const accumulated: Attributes = {
    '0040A010': ['CS', 'CONTAINS'],
    '0040A040': ['CS', 'CONTAINER'],
    '0040A043': ['SQ', codes('113811', 'DCM', 'CT Accumulated Dose Data')],
    '0040A730': ['SQ', sequence(total)],
  };
  const slice = ctSlice(uids, patientOf(stated));
  const kept = Object.entries(slice).filter(
    ([tag]) => !tag.startsWith('0028') && tag !== '7FE00010',
  );
  return part10({
    ...Object.fromEntries(kept),
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.67'],
    '00080060': ['CS', 'SR'],
    '0040A040': ['CS', 'CONTAINER'],
    '0040A043': ['SQ', codes('113701', 'DCM', 'X-Ray Radiation Dose Report')],
    '0040A730': ['SQ', sequence(accumulated)],
  });
};

/** What a radiologist wrote about the same exam, signed off. */
export const verifiedReportOf = (stated: Stated): Buffer => {
  const study = stated.study;
  const uids = { study, series: `${study}.8`, instance: `${study}.8.1` };
  const slice = ctSlice(uids, patientOf(stated));
  const kept = Object.entries(slice).filter(
    ([tag]) => !tag.startsWith('0028') && tag !== '7FE00010',
  );
  return part10({
    ...Object.fromEntries(kept),
    '00080016': ['UI', '1.2.840.10008.5.1.4.1.1.88.11'],
    '00080060': ['CS', 'SR'],
    '0040A040': ['CS', 'CONTAINER'],
    '0040A043': ['SQ', codes('18782-3', 'LN', 'Radiology Report')],
    '0040A491': ['CS', 'COMPLETE'],
    '0040A493': ['CS', 'VERIFIED'],
  });
};

/** A draft order, in the words of the hospital that orders. */
export const orderOf = (code: string, change: Json = {}, hospital: Hospital = 'HOSP-A'): Json => ({
  resourceType: 'ServiceRequest',
  id: 'ord1',
  status: 'draft',
  intent: 'order',
  code: { coding: [{ system: catalogueOf(hospital), code, display: 'as it is called here' }] },
  subject: { reference: 'Patient/1288992' },
  occurrenceDateTime: daysAgo(0),
  ...change,
});

/** What a call says besides. `national`: by which the nation knows the patient. */
type Said = Readonly<{
  hook?: 'order-select' | 'order-sign';
  national?: string;
  userId?: string;
  identifier?: readonly Json[];
  selections?: readonly string[];
  hookInstance?: string;
}>;

/** The body of a call that asks about these orders. */
export function callOf(orders: readonly Json[], said: Said = {}): Json {
  const { hook = 'order-sign', national = 'N1', userId = 'Practitioner/dr-1' } = said;
  const { identifier = [{ system: NATIONAL, value: national }] } = said;
  return {
    hook,
    hookInstance: said.hookInstance ?? newInstance(),
    fhirServer: 'https://ehr.example/fhir',
    context: {
      userId,
      patientId: '1288992',
      encounterId: '89284',
      ...(hook === 'order-select'
        ? { selections: said.selections ?? ['ServiceRequest/ord1'] }
        : {}),
      draftOrders: {
        resourceType: 'Bundle',
        entry: orders.map((resource) => ({ resource })),
      },
    },
    prefetch: { patient: { resourceType: 'Patient', id: '1288992', identifier } },
  };
}
