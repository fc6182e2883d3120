import type { ModalityGroup } from '#exams/exam-class';
import type { RetentionPolicy, RetentionTable } from './retention-policy.js';

/** What is made with ionising radiation or radioactive substances, or with nobody knows what. */
const IONISING: readonly ModalityGroup[] = [
  ...(['CT', 'DX', 'MG', 'NM', 'PT', 'XA', 'RF', 'DXA', 'IO', 'other'] as const),
];

const LUXEMBOURG: readonly RetentionPolicy[] = [
  {
    id: 'lu-hospital-record',
    jurisdiction: 'LU',
    appliesTo: {},
    mode: 'min',
    rules: [{ id: 'treatment-10y', trigger: 'end-of-treatment', keep: 'P10Y' }],
    legalSource: 'Loi du 28 août 1998 sur les établissements hospitaliers, art. 36',
  },
];

/* The rule for those who die early comes last in the article and says «in all cases»: it takes the place of the others. */
const FRANCE: readonly RetentionPolicy[] = [
  {
    id: 'fr-hospital-record',
    jurisdiction: 'FR',
    appliesTo: {},
    mode: 'min',
    rules: [
      { id: 'contact-20y', trigger: 'last-contact', keep: 'P20Y' },
      { id: 'birthday-28', trigger: 'birthday', keep: 'P28Y' },
      {
        id: 'death-10y',
        trigger: 'death',
        keep: 'P10Y',
        when: { diedWithin: 'P10Y' },
        replaces: true,
      },
    ],
    disputeStopsClock: true,
    legalSource: 'Code de la santé publique, art. R. 1112-7',
  },
  {
    id: 'fr-transfusion',
    jurisdiction: 'FR',
    appliesTo: { marks: ['transfusion'] },
    mode: 'min',
    rules: [{ id: 'act-30y', trigger: 'mark', keep: 'P30Y' }],
    disputeStopsClock: true,
    legalSource: 'Code de la santé publique, art. R. 1112-7',
  },
];

const BELGIUM: readonly RetentionPolicy[] = [
  {
    id: 'be-record-min',
    jurisdiction: 'BE',
    appliesTo: {},
    mode: 'min',
    rules: [{ id: 'contact-30y', trigger: 'last-contact', keep: 'P30Y' }],
    legalSource: 'Loi du 22 avril 2019 relative à la qualité de la pratique, art. 35',
  },
  {
    id: 'be-record-max',
    jurisdiction: 'BE',
    appliesTo: {},
    mode: 'max',
    rules: [{ id: 'contact-50y', trigger: 'last-contact', keep: 'P50Y' }],
    legalSource: 'Loi du 22 avril 2019 relative à la qualité de la pratique, art. 35',
  },
];

const RADIATION_LAW = 'Strahlenschutzgesetz, § 85 Abs. 2';

/* That images are for a treatment is said by their purpose, or by a mark. What is made without radiation has the term of any record. */
const GERMANY: readonly RetentionPolicy[] = [
  {
    id: 'de-record',
    jurisdiction: 'DE',
    appliesTo: {},
    mode: 'min',
    rules: [{ id: 'treatment-10y', trigger: 'end-of-treatment', keep: 'P10Y' }],
    legalSource: 'Bürgerliches Gesetzbuch, § 630f Abs. 3',
  },
  {
    id: 'de-xray-exam',
    jurisdiction: 'DE',
    appliesTo: { groups: IONISING, ageAtExam: { from: 18 } },
    mode: 'min',
    rules: [{ id: 'exam-10y', trigger: 'study-date', keep: 'P10Y' }],
    legalSource: RADIATION_LAW,
  },
  {
    id: 'de-xray-exam-minor',
    jurisdiction: 'DE',
    appliesTo: { groups: IONISING, ageAtExam: { below: 18 } },
    mode: 'min',
    rules: [{ id: 'life-28y', trigger: 'year-of-life', keep: 'P28Y' }],
    legalSource: RADIATION_LAW,
  },
  {
    id: 'de-xray-treatment',
    jurisdiction: 'DE',
    appliesTo: { groups: IONISING, marks: ['radiotherapy'] },
    mode: 'min',
    rules: [{ id: 'treatment-30y', trigger: 'last-contact', keep: 'P30Y' }],
    legalSource: RADIATION_LAW,
  },
  {
    id: 'de-xray-treatment-planning',
    jurisdiction: 'DE',
    appliesTo: { groups: IONISING, purposes: ['planning'] },
    mode: 'min',
    rules: [{ id: 'treatment-30y', trigger: 'last-contact', keep: 'P30Y' }],
    legalSource: RADIATION_LAW,
  },
];

const NHS_CODE = 'NHS Records Management Code of Practice, appendix II';

const UNITED_KINGDOM: readonly RetentionPolicy[] = [
  {
    id: 'uk-record',
    jurisdiction: 'GB',
    appliesTo: {},
    mode: 'min',
    rules: [
      { id: 'seen-8y', trigger: 'last-contact', keep: 'P8Y' },
      {
        id: 'birthday-25',
        trigger: 'birthday',
        keep: 'P25Y',
        when: { ageAtLastContact: { below: 17 } },
      },
      {
        id: 'birthday-26',
        trigger: 'birthday',
        keep: 'P26Y',
        when: { ageAtLastContact: { from: 17, below: 18 } },
      },
    ],
    legalSource: NHS_CODE,
  },
  {
    id: 'uk-cancer',
    jurisdiction: 'GB',
    appliesTo: { marks: ['cancer'] },
    mode: 'min',
    rules: [
      { id: 'seen-30y', trigger: 'last-contact', keep: 'P30Y' },
      { id: 'death-8y', trigger: 'death', keep: 'P8Y', replaces: true },
    ],
    legalSource: NHS_CODE,
  },
  {
    id: 'uk-transplant-cjd',
    jurisdiction: 'GB',
    appliesTo: { marks: ['transplant', 'cjd'] },
    mode: 'min',
    rules: [{ id: 'seen-30y', trigger: 'last-contact', keep: 'P30Y' }],
    legalSource: NHS_CODE,
  },
  {
    id: 'uk-chronic-illness',
    jurisdiction: 'GB',
    appliesTo: { marks: ['chronic-illness'] },
    mode: 'min',
    rules: [{ id: 'seen-20y', trigger: 'last-contact', keep: 'P20Y' }],
    legalSource: NHS_CODE,
  },
  {
    id: 'uk-screening',
    jurisdiction: 'GB',
    appliesTo: { purposes: ['screening'] },
    mode: 'min',
    rules: [{ id: 'exam-10y', trigger: 'study-date', keep: 'P10Y' }],
    legalSource: NHS_CODE,
  },
  {
    id: 'uk-screening-programme',
    jurisdiction: 'GB',
    appliesTo: { marks: ['screening-programme'] },
    mode: 'min',
    rules: [{ id: 'exam-10y', trigger: 'study-date', keep: 'P10Y' }],
    legalSource: NHS_CODE,
  },
];

const ESTONIA: readonly RetentionPolicy[] = [
  {
    id: 'ee-diagnostic-images',
    jurisdiction: 'EE',
    appliesTo: {},
    mode: 'min',
    rules: [{ id: 'exam-30y', trigger: 'study-date', keep: 'P30Y' }],
    legalSource: 'Tervishoiuteenuse osutamise dokumenteerimise määrus; Pildipank',
  },
];

/** What counts until another table is published: a start for counsel of each country to check and sign, not their advice. */
export const RETENTION_TABLE: RetentionTable = {
  version: 'built-in',
  policies: [...LUXEMBOURG, ...FRANCE, ...BELGIUM, ...GERMANY, ...UNITED_KINGDOM, ...ESTONIA],
};
