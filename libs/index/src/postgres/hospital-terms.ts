import { createHash } from 'node:crypto';
import { withCatalogues } from '#exams/local-codes';
import type { Terms } from '#exams/terms';
import type { TermsOf } from '../terms-of.js';
import type { SettingsOf } from './hospital-settings.js';

/** These terms, for a hospital that has mapped codes of its own with them. */
export function hospitalTerms(terms: Terms, settingsOf: SettingsOf): TermsOf {
  const made = new WeakMap<object, Terms>();
  return async (hospital) => {
    const catalogues = (await settingsOf(hospital))?.catalogues;
    if (catalogues === undefined || catalogues.every(({ codes }) => codes === undefined))
      return terms;
    const own =
      made.get(catalogues) ?? withCatalogues(terms, catalogues, versionOf(terms, catalogues));
    made.set(catalogues, own);
    return own;
  };
}

const versionOf = ({ version }: Terms, catalogues: unknown): string =>
  createHash('sha256')
    .update(`${version} ${JSON.stringify(catalogues)}`)
    .digest('hex');
