import { classify } from '#exams/classify';
import { type ExamWords, NO_WORDS } from '#exams/exam-words';
import type { Terms } from '#exams/terms';
import type { StoredFacts } from './findable-change.js';
import { momentText, textOf } from './header-json.js';
import type { TermsOf } from './terms-of.js';
import { mergeWords } from './words-of-header.js';

/** What a row of `study_exams` is made of. `started`: the study's date as its headers write it, '' when they don't. */
export type ExamRow = Readonly<{
  claim: string;
  hospital: string;
  started: string;
  words: ExamWords;
}>;

type Stored = Pick<StoredFacts, 'claim' | 'hospital' | 'headers'>;

/** The rows that stored facts make or change; those of studies of which nothing new is told aren't among them. Replay in any batch size gives the same. */
export function examRowsAfter(
  before: readonly ExamRow[],
  stored: readonly Stored[],
): readonly ExamRow[] {
  const known = new Map(before.map((row) => [row.claim, row]));
  const rows = new Map(known);
  for (const facts of stored) rows.set(facts.claim, evolve(rows.get(facts.claim), facts));
  return [...rows.values()].filter((row) => known.get(row.claim) !== row);
}

const evolve = (before: ExamRow | undefined, { claim, hospital, headers }: Stored): ExamRow => {
  const row = before ?? { claim, hospital, started: '', words: NO_WORDS };
  const words = mergeWords(row.words, headers);
  const started = row.started || dateOf(headers);
  return before !== undefined && words === row.words && started === row.started
    ? before
    : { ...row, words, started };
};

const dateOf = (headers: Stored['headers']): string => {
  for (const header of headers) {
    const date = momentText(textOf(header, '00080020'));
    if (date !== '') return date;
  }
  return '';
};

/** A row with its class, ready to be written. */
export type ExamColumns = ReturnType<typeof examColumns>;

/** The columns of a row, with the class that these terms give it. */
export const examColumns = ({ claim, hospital, started, words }: ExamRow, terms: Terms) => {
  const { group, ...exam } = classify(words, terms);
  return { claim, hospital, modality_group: group, ...exam, started, words, terms: terms.version };
};

/** Rows with the classes that the terms of their hospitals give them. */
export const classified = (
  rows: readonly ExamRow[],
  termsOf: TermsOf,
): Promise<readonly ExamColumns[]> =>
  Promise.all(rows.map(async (row) => examColumns(row, await termsOf(row.hospital))));
