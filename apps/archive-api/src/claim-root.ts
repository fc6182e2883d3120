/** The root of the exact addresses of one hospital's claim (design D7), below the DICOMweb root. */
export const claimRoot = (root: string, claim: string): string => `${root}/claims/${claim}`;
