import { parseTerms, TERM_FILES } from '#exams/terms';
import { readInstalled } from '#platform/installed-files';

const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);

/** The terms of the repository. */
export const TEST_TERMS = parseTerms(files, digest);
