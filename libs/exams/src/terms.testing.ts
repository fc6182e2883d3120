import { readFileSync } from 'node:fs';
import { parseTerms, TERM_FILES, type TermFiles, type Terms } from './terms.js';

/** The terms of the repository. */
export const testTerms = (): Terms =>
  parseTerms(
    Object.fromEntries(
      TERM_FILES.map((name) => [name, readFileSync(`libs/exams/terms/${name}`, 'utf8')]),
    ) as TermFiles,
  );
