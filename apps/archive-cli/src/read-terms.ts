import { parseTerms, TERM_FILES, type Terms } from '#exams/terms';
import { readInstalled } from '#platform/installed-files';

/** What words and codes of exams mean, by the data files of the installation. */
export async function readTerms(): Promise<Terms> {
  const { files, digest } = await readInstalled('libs/exams/terms', TERM_FILES);
  return parseTerms(files, digest);
}
