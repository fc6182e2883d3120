/** The hospital whose radiologist searches: half of the population is its own. */
export const requestedHospital = 'HOSP-A';
