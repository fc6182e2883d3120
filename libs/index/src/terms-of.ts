import type { Terms } from '#exams/terms';

/** By which terms the exams of a hospital are classified now. */
export type TermsOf = (hospital: string) => Promise<Terms>;
