import type { ExamClass } from '#exams/exam-class';
import { isWithin, type Regions } from '#exams/regions';
import type { CardWords } from './card-words.js';
import type { Wording } from './exam-words.js';
import type { RecordedDose } from './recorded-dose.js';

/** The dose of an exam as a card tells it, and what that is as effective dose; null when it can't be told as such. */
export type Dose = Readonly<{ text: string; microsieverts: number | null }>;

type Row = Readonly<{ group: ExamClass['group']; region: string; mSv: number }>;

/** Typical effective dose of adults (Mettler 2008, Radiology 248:254). A row without a region is for all others of its group. */
const TYPICAL: readonly Row[] = [
  { group: 'DX', region: 'chest', mSv: 0.02 },
  { group: 'DX', region: 'lumbar-spine', mSv: 1.5 },
  { group: 'MG', region: '', mSv: 0.4 },
  { group: 'CT', region: 'coronary-arteries', mSv: 7 },
  { group: 'CT', region: 'head', mSv: 2 },
  { group: 'CT', region: 'chest', mSv: 7 },
  { group: 'CT', region: 'abdomen', mSv: 8 },
  { group: 'CT', region: 'pelvis', mSv: 6 },
  { group: 'PT', region: '', mSv: 7.4 },
];
/** Several of these in one pass give less than each by itself. */
const TRUNK = { regions: ['chest', 'abdomen', 'pelvis'], text: '10 to 20', mSv: 15 };

/** Effective dose of a dose length product, mSv per mGy·cm, of adults (AAPM report 96). */
const OF_LENGTH: readonly Readonly<{ region: string; factor: number }>[] = [
  { region: 'head', factor: 0.0021 },
  { region: 'neck', factor: 0.0059 },
  { region: 'chest', factor: 0.014 },
  { region: 'abdomen', factor: 0.015 },
  { region: 'pelvis', factor: 0.015 },
];

/** What the dose report of an exam says, else what such an exam typically takes; undefined where there is none, or nobody knows. */
export const doseOf = (
  exam: ExamClass,
  recorded: RecordedDose | undefined,
  { regions, words }: Wording,
): Dose | undefined =>
  recorded === undefined
    ? typical(exam, regions, words.dose)
    : reported(recorded, exam, { regions, words });

function reported(
  { quantity, value }: RecordedDose,
  exam: ExamClass,
  { regions, words: { dose } }: Wording,
): Dose {
  if (quantity === 'dap')
    return { text: `${dose.area} ${rounded(value * 1e7)} mGy·cm²`, microsieverts: null };
  if (quantity === 'glandular')
    return { text: `${dose.glandular} ${rounded(value)} mGy`, microsieverts: null };
  const length = `${dose.length} ${rounded(value)} mGy·cm`;
  const factors = new Set(exam.regions.map((region) => factorOf(region, regions)));
  const [factor, ...others] = factors;
  if (factor === undefined || others.length > 0) return { text: length, microsieverts: null };
  const mSv = value * factor;
  return { text: `≈ ${rounded(mSv)} mSv (${length})`, microsieverts: Math.round(mSv * 1000) };
}

const factorOf = (region: string, regions: Regions): number | undefined =>
  OF_LENGTH.find((row) => isWithin(regions, region, row.region))?.factor;

function typical(
  { group, regions: wanted }: ExamClass,
  regions: Regions,
  words: CardWords['dose'],
): Dose | undefined {
  const typicallyOf = (text: string, mSv: number): Dose => ({
    text: words.typical(text),
    microsieverts: Math.round(mSv * 1000),
  });
  const rows = wanted.map((region) =>
    TYPICAL.find((row) => row.group === group && isFor(row, region, regions)),
  );
  const [first, ...others] = new Set(rows);
  if (first === undefined) return undefined;
  if (others.length === 0) return typicallyOf(rounded(first.mSv), first.mSv);
  const isOfTrunk = [first, ...others].every(
    (row) => row?.group === 'CT' && TRUNK.regions.includes(row.region),
  );
  return isOfTrunk ? typicallyOf(TRUNK.text, TRUNK.mSv) : undefined;
}

/** A slice shows what lies in it; a projection of a part is another exam. */
const isFor = (row: Row, region: string, regions: Regions): boolean => {
  if (row.region === '') return true;
  return row.group === 'CT' ? isWithin(regions, region, row.region) : region === row.region;
};

/** Two digits tell more than anybody knows. */
const rounded = (value: number): string => String(Number(value.toPrecision(2)));
