import type { AccessRule, Jurisdictions } from './access-table.js';

/** A code of ISO 3166-1 (LU) or 3166-2 (FR-GES). */
export const JURISDICTION = /^[A-Z]{2}(?:-[A-Z0-9]{1,3})?$/;

/** Whether a row holds where the custodian of a study is; '' is nowhere. */
export function holdsUnder(jurisdictions: Jurisdictions | undefined, where: string): boolean {
  if (jurisdictions === undefined) return true;
  return 'in' in jurisdictions
    ? jurisdictions.in.some((one) => isPartOf(where, one))
    : !jurisdictions.notIn.some((one) => isPartOf(where, one));
}

const isPartOf = (where: string, whole: string): boolean =>
  where === whole || where.startsWith(`${whole}-`);

/** What a hospital may see of its own studies is the same everywhere: rows differ by law for what others see. */
export const isOfOthers = ({ jurisdictions, places }: AccessRule): boolean =>
  jurisdictions === undefined || !places.includes('own');
