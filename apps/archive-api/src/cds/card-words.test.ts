import { expect, test } from 'vitest';
import type { ExamClass } from '#exams/exam-class';
import type { Language } from '#exams/regions';
import { TEST_TERMS } from '../../../../test/support/terms.js';
import type { Duplicate } from '../duplicates/duplicate.js';
import { detailOf, summaryOf, type Told } from './card-text.js';
import { wordsOfLanguage } from './words-of-language.js';

const exam: ExamClass = {
  ...{ group: 'MR', regions: ['knee'], coarse: [], laterality: 'left', contrast: 'without' },
  ...{ purposes: [], evidence: 'procedure-code', confidence: 1 },
};
const best: Duplicate = {
  found: {
    ...{ kind: 'study', claim: 'c', study: '1.2', description: '', instances: 9, bytes: 5e6 },
    ...{ isOrdinary: true, hospital: 'HOSP-B', hospitalName: 'CH Nord' },
    exam: { exam, on: '2026-11-16', state: 'done', quality: 'final', identity: 'certain' },
  },
  match: {
    grade: 'SAME',
    indicator: 'warning',
    reasons: ['region-same', 'recent'],
    days: 6,
    window: null,
    version: '',
  },
};
const told = (language?: Language): Told => ({
  ...{ regions: TEST_TERMS.regions, words: wordsOfLanguage(language), today: '2026-11-22' },
  ...{ dose: undefined, report: 'verified', others: [] },
});

test.each<[Language | undefined, string, string]>([
  [
    undefined,
    'MRI left knee done 6 days ago at CH Nord: images available',
    '- Report: there, verified',
  ],
  ['en', 'MRI left knee done 6 days ago at CH Nord: images available', '- Report: there, verified'],
  [
    'fr',
    'IRM genou, côté gauche : il y a 6 jours, CH Nord, images disponibles',
    '- Compte rendu: disponible, validé',
  ],
  [
    'de',
    'MRT Knie links vor 6 Tagen, CH Nord: Bilder verfügbar',
    '- Befund: liegt vor, freigegeben',
  ],
  [
    'pt',
    'RM joelho, lado esquerdo: há 6 dias, CH Nord, imagens disponíveis',
    '- Relatório: disponível, validado',
  ],
])('a card in %s', (language, summary, report) => {
  expect(summaryOf(best, told(language))).toBe(summary);
  const order = { exam, on: '2026-11-22', signals: [], isUrgent: false } as never;
  expect(detailOf(order, best, told(language))).toContain(report);
});

const leaves = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null ? Object.values(value).flatMap(leaves) : [value];

test('each language says all that English says, in its own words', () => {
  const english = wordsOfLanguage('en');
  for (const language of ['fr', 'de', 'pt'] as const) {
    const words = wordsOfLanguage(language);
    expect(leaves(words)).toHaveLength(leaves(english).length);
    for (const part of ['grades', 'reasons', 'reports', 'offers', 'overrides'] as const) {
      const own: readonly string[] = Object.values(words[part]);
      const theirs: readonly string[] = Object.values(english[part]);
      expect(own.filter((text) => text !== '' && theirs.includes(text))).toEqual([]);
    }
  }
});
