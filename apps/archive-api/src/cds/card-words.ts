import type { Contrast, Laterality, ModalityGroup } from '#exams/exam-class';
import type { MatchGrade, MatchReason } from '#exams/match-words';
import type { Language } from '#exams/regions';
import type { OverrideReason } from './codes.js';
import type { ReportStatus } from './report-status.js';

/** What cards say in one language; codes, grades and ids are the same in all. Days are YYYY-MM-DD. */
export type CardWords = Readonly<{
  language: Language;
  groups: Readonly<Record<ModalityGroup, string>>;
  sides: Readonly<Record<Laterality, string>>;
  contrasts: Readonly<Record<Contrast, string>>;
  /** What a grade means, in one sentence. */
  grades: Readonly<Record<MatchGrade, string>>;
  /** Why a match is graded as it is. */
  reasons: Readonly<Record<MatchReason, string>>;
  /** `side` is '' when there is none to tell. */
  exam: (group: string, regions: string, side: 'left' | 'right' | '') => string;
  more: string;
  ordered: (exam: string, place: string) => string;
  done: (exam: string, age: string, place: string) => string;
  openings: Partial<Readonly<Record<MatchGrade, string>>>;
  ages: Readonly<{
    today: string;
    yesterday: string;
    days: (count: number) => string;
    months: (count: number) => string;
    on: (day: string) => string;
    planned: (day: string) => string;
  }>;
  table: Readonly<
    Record<'ordered' | 'exists' | 'modality' | 'region' | 'side' | 'contrast', string>
  >;
  lines: Readonly<
    Record<'where' | 'when' | 'called' | 'images' | 'report' | 'dose' | 'why' | 'others', string>
  >;
  images: (count: number, megabytes: number) => string;
  reports: Readonly<Record<ReportStatus, string>>;
  dose: Readonly<{
    typical: (mSv: string) => string;
    length: string;
    area: string;
    glandular: string;
  }>;
  offers: Readonly<Record<'wait' | 'use' | 'remove', string>>;
  links: Readonly<Record<'images' | 'ownViewer', string>>;
  source: string;
  topic: string;
  overrides: Readonly<Record<OverrideReason, string>>;
}>;
