import { describe, expect, test } from 'vitest';
import { RETENTION_TABLE } from './built-in-policies.js';
import { retentionFacts } from './retention-facts.testing.js';
import { faultOfRetention } from './retention-fault.js';
import type { RetentionFacts } from './schedule.js';
import { scheduleOf } from './schedule-of.js';

const decide = (given: Partial<RetentionFacts>) =>
  scheduleOf(retentionFacts(given), RETENTION_TABLE.policies);

/** The first day on which it may go, and by which rule. */
function dueOf(given: Partial<RetentionFacts>): string {
  const schedule = decide(given);
  if (schedule.state !== 'scheduled')
    return `${schedule.state}: ${'because' in schedule ? schedule.because : ''}`;
  return `${schedule.dueOn} ${schedule.policy}/${schedule.rule}`;
}

type Row = readonly [string, Partial<RetentionFacts>, string];
const holds = (jurisdiction: string, rows: readonly Row[]) =>
  test.each(rows)('%s', (_name, given, expected) =>
    expect(dueOf({ jurisdiction, ...given })).toBe(expected),
  );

test('the table is sound', () => expect(faultOfRetention(RETENTION_TABLE)).toBeUndefined());
test('each policy names a law', () =>
  expect(RETENTION_TABLE.policies.filter(({ legalSource }) => legalSource.length < 10)).toEqual(
    [],
  ));

describe('LU', () => {
  const by = 'lu-hospital-record/treatment-10y';
  holds('LU', [
    [
      'ten years from the end of treatment, that day among them',
      { studyDate: '2010-05-10', encounters: [{ from: '2010-05-01', until: '2012-03-01' }] },
      `2022-03-02 ${by}`,
    ],
    ['the study itself is a treatment', { studyDate: '2010-05-10' }, `2020-05-11 ${by}`],
    ['29 February ends on the 28th', { studyDate: '2012-02-29' }, `2022-03-01 ${by}`],
    [
      'a later study of the same hospital counts',
      { studyDate: '2010-05-10', otherStudies: ['2015-01-01', '2009-01-01'] },
      `2025-01-02 ${by}`,
    ],
    [
      'nothing runs while the patient is there',
      { encounters: [{ from: '2010-01-01', until: null }] },
      'suspended: encounter-open',
    ],
    [
      'a dispute that has ended changes nothing',
      { studyDate: '2010-05-10', disputes: [{ from: '2012-01-01', until: '2013-01-01' }] },
      `2020-05-11 ${by}`,
    ],
    ['no birth date is needed', { studyDate: '2010-05-10', birthDate: '' }, `2020-05-11 ${by}`],
  ]);
});

describe('FR', () => {
  const record = (rule: string) => `fr-hospital-record/${rule}`;
  holds('FR', [
    [
      'twenty years from the last contact',
      { studyDate: '2000-02-29' },
      `2020-03-01 ${record('contact-20y')}`,
    ],
    [
      'through the 28th birthday',
      { birthDate: '2000-02-29', studyDate: '2005-06-01' },
      `2028-03-01 ${record('birthday-28')}`,
    ],
    [
      'twenty years that end on the 28th birthday',
      { birthDate: '2000-06-10', studyDate: '2008-06-10' },
      `2028-06-11 ${record('contact-20y')}`,
    ],
    [
      'twenty years that end a day before it',
      { birthDate: '2000-06-10', studyDate: '2008-06-09' },
      `2028-06-11 ${record('birthday-28')}`,
    ],
    [
      'death a day before ten years have passed',
      { studyDate: '2010-06-01', deaths: ['2020-05-31'] },
      `2030-06-01 ${record('death-10y')}`,
    ],
    [
      'death when ten years have passed',
      { studyDate: '2010-06-01', deaths: ['2020-06-01'] },
      `2030-06-02 ${record('contact-20y')}`,
    ],
    [
      'a child that dies: in all cases ten years',
      { birthDate: '2009-01-01', studyDate: '2010-06-01', deaths: ['2010-06-02'] },
      `2020-06-03 ${record('death-10y')}`,
    ],
    [
      'of two dates of death the later',
      { studyDate: '2010-06-01', deaths: ['2012-01-01', '2011-01-01'] },
      `2022-01-02 ${record('death-10y')}`,
    ],
    [
      'a claim suspends',
      { studyDate: '2000-01-10', disputes: [{ from: '2010-01-01', until: null }] },
      'suspended: dispute-open',
    ],
    [
      'the days of a claim are added',
      { studyDate: '2000-01-10', disputes: [{ from: '2015-01-01', until: '2015-01-31' }] },
      `2020-02-11 ${record('contact-20y')}`,
    ],
    [
      'two claims at once count once',
      {
        studyDate: '2000-01-10',
        disputes: [
          { from: '2015-01-01', until: '2015-01-20' },
          { from: '2015-01-10', until: '2015-01-31' },
        ],
      },
      `2020-02-11 ${record('contact-20y')}`,
    ],
    [
      'a claim on the last day still counts',
      { studyDate: '2000-01-10', disputes: [{ from: '2020-01-10', until: '2020-01-10' }] },
      `2020-01-12 ${record('contact-20y')}`,
    ],
    [
      'a claim on the day after does not',
      { studyDate: '2000-01-10', disputes: [{ from: '2020-01-11', until: '2020-05-10' }] },
      `2020-01-11 ${record('contact-20y')}`,
    ],
    [
      'a claim before the last contact does not',
      { studyDate: '2000-01-10', disputes: [{ from: '1999-01-01', until: '1999-12-31' }] },
      `2020-01-11 ${record('contact-20y')}`,
    ],
    [
      'a transfusion: thirty years from the act',
      { studyDate: '2000-01-10', marks: [{ mark: 'transfusion', on: '1999-05-05' }] },
      '2029-05-06 fr-transfusion/act-30y',
    ],
    [
      'a transfusion of no day: from the last contact',
      { studyDate: '2000-01-10', marks: [{ mark: 'transfusion', on: '' }] },
      '2030-01-11 fr-transfusion/act-30y',
    ],
    ['of nobody knows what age', { birthDate: '' }, 'undecided: birth-date-missing'],
    [
      'who died has no birthday to wait for',
      { birthDate: '', studyDate: '2010-06-01', deaths: ['2012-01-01'] },
      `2022-01-02 ${record('death-10y')}`,
    ],
  ]);
});

describe('BE', () => {
  holds('BE', [
    [
      'thirty years from the last contact',
      { studyDate: '1990-07-15' },
      '2020-07-16 be-record-min/contact-30y',
    ],
    [
      '29 February after thirty years',
      { studyDate: '1992-02-29' },
      '2022-03-01 be-record-min/contact-30y',
    ],
  ]);
  test('and fifty at most', () =>
    expect(decide({ jurisdiction: 'BE', studyDate: '1990-07-15' })).toMatchObject({
      mustGoOn: '2040-07-16',
    }));
});

describe('DE', () => {
  const [record, minor] = ['de-record/treatment-10y', 'de-xray-exam-minor/life-28y'];
  holds('DE', [
    ['an exam of an adult', { studyDate: '2010-02-28' }, `2020-02-29 ${record}`],
    [
      'on the 18th birthday one is an adult',
      { birthDate: '1992-06-10', studyDate: '2010-06-10' },
      `2020-06-11 ${record}`,
    ],
    [
      'a day before one is not',
      { birthDate: '1992-06-10', studyDate: '2010-06-09' },
      `2020-06-10 ${record}`,
    ],
    [
      'until the 28th year of life is completed',
      { birthDate: '2000-06-10', studyDate: '2010-06-09' },
      `2028-06-10 ${minor}`,
    ],
    [
      'who was born on 29 February completes it on the 28th',
      { birthDate: '2000-02-29', studyDate: '2010-06-09' },
      `2028-02-29 ${minor}`,
    ],
    [
      'of the year of birth alone the youngest counts',
      { birthDate: '1992', studyDate: '2010-06-10' },
      `2020-12-31 ${minor}`,
    ],
    [
      'what is made without radiation',
      { group: 'MR', birthDate: '2000-06-10', studyDate: '2010-06-09' },
      `2020-06-10 ${record}`,
    ],
    [
      'what nobody has classified may have been X-rays',
      { group: undefined, birthDate: '2000-06-10', studyDate: '2010-06-09' },
      `2028-06-10 ${minor}`,
    ],
    [
      'a treatment',
      { studyDate: '2010-01-10', marks: [{ mark: 'radiotherapy', on: '' }] },
      '2040-01-11 de-xray-treatment/treatment-30y',
    ],
    [
      'what plans a treatment',
      { studyDate: '2010-01-10', purposes: ['planning'] },
      '2040-01-11 de-xray-treatment-planning/treatment-30y',
    ],
  ]);
  test('the law on radiation alone keeps an adult’s exam for ten years', () => {
    const alone = RETENTION_TABLE.policies.filter(({ id }) => id === 'de-xray-exam');
    expect(
      scheduleOf(retentionFacts({ jurisdiction: 'DE', studyDate: '2012-02-29' }), alone),
    ).toMatchObject({ dueOn: '2022-03-01', rule: 'exam-10y' });
  });
});

describe('GB', () => {
  const record = (rule: string) => `uk-record/${rule}`;
  holds('GB', [
    [
      'eight years from when an adult was last seen',
      { birthDate: '1992-04-01', studyDate: '2010-04-01' },
      `2018-04-02 ${record('seen-8y')}`,
    ],
    [
      'who was 17 then: through the 26th birthday',
      { birthDate: '1992-04-02', studyDate: '2010-04-01' },
      `2018-04-03 ${record('birthday-26')}`,
    ],
    [
      'who was 16 then: through the 25th',
      { birthDate: '1993-04-02', studyDate: '2010-04-01' },
      `2018-04-03 ${record('birthday-25')}`,
    ],
    [
      'a child of 29 February',
      { birthDate: '2004-02-29', studyDate: '2010-04-01' },
      `2029-03-02 ${record('birthday-25')}`,
    ],
    [
      'cancer: thirty years',
      { studyDate: '2010-04-01', marks: [{ mark: 'cancer', on: '' }] },
      '2040-04-02 uk-cancer/seen-30y',
    ],
    [
      'cancer: eight years after death',
      { studyDate: '2010-04-01', deaths: ['2015-01-01'], marks: [{ mark: 'cancer', on: '' }] },
      '2023-01-02 uk-cancer/death-8y',
    ],
    [
      'a transplant: thirty years, also after death',
      { studyDate: '2010-04-01', deaths: ['2015-01-01'], marks: [{ mark: 'transplant', on: '' }] },
      '2040-04-02 uk-transplant-cjd/seen-30y',
    ],
    [
      'CJD',
      { studyDate: '2010-04-01', marks: [{ mark: 'cjd', on: '' }] },
      '2040-04-02 uk-transplant-cjd/seen-30y',
    ],
    [
      'a chronic illness: twenty years',
      { studyDate: '2010-04-01', marks: [{ mark: 'chronic-illness', on: '' }] },
      '2030-04-02 uk-chronic-illness/seen-20y',
    ],
    [
      'screening: ten years from the exam',
      { studyDate: '2010-04-01', purposes: ['screening'] },
      '2020-04-02 uk-screening/exam-10y',
    ],
    [
      'a screening programme',
      { studyDate: '2010-04-01', marks: [{ mark: 'screening-programme', on: '' }] },
      '2020-04-02 uk-screening-programme/exam-10y',
    ],
    ['of nobody knows what age', { birthDate: '' }, 'undecided: birth-date-missing'],
  ]);
});

describe('EE', () => {
  holds('EE', [
    [
      'thirty years from the exam, whatever came later',
      { studyDate: '2014-09-01', otherStudies: ['2020-01-01'] },
      '2044-09-02 ee-diagnostic-images/exam-30y',
    ],
  ]);
});

test.each([
  ['a jurisdiction without policies', { jurisdiction: 'CH' }, 'undecided: no-policy'],
  ['no jurisdiction', { jurisdiction: '' }, 'undecided: no-policy'],
  ['no date', { studyDate: '' }, 'undecided: study-date-missing'],
  ['what is no date', { studyDate: '0001-01-01' }, 'undecided: study-date-missing'],
  ['an exam before birth', { birthDate: '2011-01-01' }, 'undecided: contradiction'],
  ['a death before birth', { deaths: ['1949-12-31'] }, 'undecided: contradiction'],
] as const)('%s is undecided', (_name, given, expected) => expect(dueOf(given)).toBe(expected));
