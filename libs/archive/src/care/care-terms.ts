/** How long things of care hold, by jurisdiction. */
export type CareTerms = Readonly<{
  /** How long broken glass stays open. */
  breakGlassHours: number;
  /** When a review is overdue. */
  reviewHours: number;
  /** How long a declared relationship may hold at most. */
  declaredDaysMax: number;
  /** One declared relationship in so many is reviewed. */
  sampledOneIn: number;
}>;

const TERMS: CareTerms = {
  breakGlassHours: 4,
  reviewHours: 72,
  declaredDaysMax: 30,
  sampledOneIn: 10,
};

/** Where a jurisdiction says otherwise; its code as hospitals carry it, such as LU. */
const OF_JURISDICTION: Readonly<Record<string, Partial<CareTerms>>> = {};

/** The terms where a hospital is; a jurisdiction that says nothing has the usual ones. */
export const careTermsOf = (jurisdiction: string): CareTerms => ({
  ...TERMS,
  ...(Object.hasOwn(OF_JURISDICTION, jurisdiction) ? OF_JURISDICTION[jurisdiction] : undefined),
});

/** Whether a relationship is drawn for review. Its id is a keyed digest in hex, so nobody can choose one that isn't drawn. */
export const isSampled = (relationship: string, oneIn: number): boolean =>
  Number.parseInt(relationship.slice(0, 8), 16) % oneIn === 0;
