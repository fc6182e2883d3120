/** The organisation that runs the archive for the nation (design §6). */
export const AGENCY = 'AGENCY';
