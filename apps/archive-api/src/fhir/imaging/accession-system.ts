const ACCESSIONS = 'urn:arkim:accession:';

/** The system of a hospital's accession numbers: each hospital counts for itself. */
export const accessionSystem = (hospital: string): string => `${ACCESSIONS}${hospital}`;

/** The hospital whose accession numbers have this system; undefined when it is another system. */
export const hospitalOfAccession = (system: string): string | undefined =>
  system.startsWith(ACCESSIONS) ? system.slice(ACCESSIONS.length) : undefined;
