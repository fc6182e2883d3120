import type { Contrast, ExamClass, Laterality, ModalityGroup } from '#exams/exam-class';
import type { MatchGrade, MatchReason } from '#exams/match-words';
import type { Regions } from '#exams/regions';

/** What people call an exam. */
export const GROUP_WORDS: Readonly<Record<ModalityGroup, string>> = {
  CT: 'CT',
  MR: 'MRI',
  US: 'Ultrasound',
  DX: 'X-ray',
  MG: 'Mammography',
  NM: 'Nuclear medicine',
  PT: 'PET',
  XA: 'Angiography',
  RF: 'Fluoroscopy',
  DXA: 'Bone densitometry',
  IO: 'Dental X-ray',
  other: 'Exam',
};

export const SIDE_WORDS: Readonly<Record<Laterality, string>> = {
  left: 'left',
  right: 'right',
  both: 'both sides',
  none: '',
  unknown: 'not told',
};

export const CONTRAST_WORDS: Readonly<Record<Contrast, string>> = {
  without: 'without',
  with: 'with',
  both: 'without and with',
  none: '',
  unknown: 'not told',
};

/** What a grade means, in one sentence. */
export const GRADE_WORDS: Readonly<Record<MatchGrade, string>> = {
  SAME: 'the same exam is there already',
  EQUIVALENT: 'an exam that answers the same question is there already',
  COVERS: 'an exam that shows more is there already',
  PENDING: 'the same exam is ordered already',
  PARTIAL: 'an exam that shows a part of it is there already',
  RELATED: 'an exam to compare with is there',
  NONE: '',
};

/** Why a match is graded as it is. */
export const REASON_WORDS: Readonly<Record<MatchReason, string>> = {
  'region-same': 'same region',
  'region-covered': 'the region is within what it shows',
  'region-near': 'a region close by',
  'region-part': 'it shows a part of the region',
  'region-differs': 'another region',
  'region-unknown': 'the region is not known',
  'side-covered': 'it shows that side too',
  'side-part': 'it shows one of the sides',
  'side-unknown': 'the side is not told',
  'side-differs': 'the other side',
  'contrast-met': 'contrast as ordered',
  'contrast-not-asked': 'the order does not say whether with contrast',
  'contrast-part': 'a part of the contrast phases',
  'contrast-missing': 'other contrast than ordered',
  'contrast-unknown': 'whether with contrast is not told',
  'modality-differs': 'another modality',
  'protocol-differs': 'another protocol',
  'protocol-equivalent': 'a protocol that answers the same question',
  recent: 'recent',
  older: 'not so recent',
  'too-old': 'too old',
  later: 'later than the order',
  'day-unknown': 'the day is not known',
  'no-window': 'no time is set for such exams',
  'identity-uncertain': 'the identity is not certain',
  rejected: 'withdrawn',
  intervention: 'an intervention',
  planning: 'for planning',
  'follow-up': 'the order is a follow-up',
  'post-procedure': 'the order is a control after a procedure',
  trauma: 'the order is about a trauma',
  'acute-change': 'the order tells of a change',
  serial: 'the order is one of a series',
  growth: 'the order is about growth',
  'screening-differs': 'one of them is screening',
  preliminary: 'it is preliminary',
  incomplete: 'it is incomplete',
  'not-diagnostic': 'its quality was rejected',
  'class-uncertain': 'what was examined is not certain',
};

const REGIONS_NAMED_MAX = 3;

/** Fine regions as people call them. */
export function regionWords({ regions: codes }: ExamClass, regions: Regions): string {
  const names = codes
    .slice(0, REGIONS_NAMED_MAX)
    .map((code) => regions.get(code)?.names.en ?? code);
  const more = codes.length > REGIONS_NAMED_MAX ? ' and more' : '';
  return `${names.join(', ')}${more}`;
}

/** Such as «CT chest», «X-ray left knee». */
export function examWords(exam: ExamClass, regions: Regions): string {
  const { group, laterality } = exam;
  const side = laterality === 'left' || laterality === 'right' ? `${laterality} ` : '';
  const where = group === 'MG' ? side.trim() : `${side}${regionWords(exam, regions)}`;
  return `${GROUP_WORDS[group]} ${where}`.trim();
}
