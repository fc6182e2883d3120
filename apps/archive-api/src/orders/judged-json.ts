import type { ExamClass } from '#exams/exam-class';
import type { Regions } from '#exams/regions';
import { summaryOf } from '../cds/card-text.js';
import { wordsOfLanguage } from '../cds/words-of-language.js';
import type { Duplicate, KnownExam } from '../duplicates/duplicate.js';
import type { Judged } from './judge-order.js';

/** What was found of an order, as the routes answer it. `today`: YYYY-MM-DD. */
export const judgedJson = ({ known, ordered, terms, duplicates }: Judged, today: string) => ({
  order: known?.order ?? null,
  state: known?.state ?? null,
  on: ordered.on,
  exam: examJson(ordered.exam),
  duplicates: duplicates.map((one) => duplicateJson(one, terms.regions, today)),
});

const duplicateJson = ({ found, match }: Duplicate, regions: Regions, today: string) => ({
  kind: found.kind,
  summary: summaryOf(
    { found, match },
    { regions, today, words: wordsOfLanguage(), dose: undefined, report: undefined, others: [] },
  ),
  ...{ grade: match.grade, indicator: match.indicator, reasons: match.reasons, days: match.days },
  ...{ on: found.exam.on, hospital: found.hospital, hospitalName: found.hospitalName },
  exam: examJson(found.exam.exam),
  study: studyJson(found),
});

/* The exact address: there may be another claim of the same study. */
const studyJson = (found: KnownExam) =>
  found.kind === 'order'
    ? null
    : {
        ...{ claim: found.claim, uid: found.study, description: found.description },
        ...{ instances: found.instances, bytes: found.bytes },
        address: `/dicom-web/claims/${found.claim}/studies/${found.study}`,
      };

const examJson = (exam: ExamClass) => {
  const { group, regions, laterality, contrast, purposes, evidence, confidence } = exam;
  return { group, regions, laterality, contrast, purposes, evidence, confidence };
};
